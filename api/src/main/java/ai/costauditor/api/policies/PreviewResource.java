package ai.costauditor.api.policies;

import static ai.costauditor.api.identity.Role.ADMIN;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.OwnScopes;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.OrganisationCommand.EraseText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Text that was kept of calls, and its end. */
@RestController
@RequestMapping("/api/v1/previews")
@Tag(name = "policies")
class PreviewResource {

    /** @param reason kept with the event */
    record Erasure(@Size(max = 500) @Nullable String reason) {}

    record Erased(String subjectId, Instant erasedAt) {}

    private final Ledger ledger;
    private final OwnScopes own;
    private final Clock clock;

    PreviewResource(Ledger ledger, OwnScopes own, Clock clock) {
        this.ledger = ledger;
        this.own = own;
        this.clock = clock;
    }

    @Allowed(ADMIN)
    @PostMapping("/{subject_id}/erase")
    @Operation(
            operationId = "eraseText",
            summary = "Make the kept text of a person's calls, or of a key that belongs to nobody, unreadable for ever")
    Erased erase(
            Caller caller,
            @PathVariable("subject_id") String subject,
            @Valid @RequestBody(required = false) @Nullable Erasure why) {
        own.require(caller, subject.startsWith(KeyId.PREFIX) ? ScopeType.KEY : ScopeType.USER, subject);
        Instant now = clock.instant();
        Change change = new Change(caller.user().value(), now, why == null ? null : why.reason());
        ledger.execute(new EraseText(caller.organisation(), subject, change));
        return new Erased(subject, now);
    }
}
