package ai.costauditor.api.adjustments;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.api.web.Range;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Adjustments;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Page;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.usage.Adjustment;
import ai.costauditor.projections.usage.Calls;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Corrections of what was recorded. A charge is never changed: the difference is recorded beside it, with a reason. */
@RestController
@RequestMapping("/api/v1/adjustments")
@Tag(name = "adjustments")
class AdjustmentResource {

    /**
     * @param id made by the caller, who may then send the same again without correcting anything twice; made here if missing
     * @param keyId whose call it is, or whom a credit is for
     * @param callId missing for a credit that is about no call in particular
     * @param amount the difference, signed decimal, at most 12 places; of a call whose cost is not known, the cost itself
     * @param priceVersion of a re-rating, and of nothing else
     * @param reason kept with the event
     */
    record NewAdjustment(
            @Nullable AdjustmentId id,
            @NotNull KeyId keyId,
            @Nullable CallId callId,
            @NotNull AdjustmentKind kind,

            @NotNull @Pattern(regexp = "-?\\d{1,15}(\\.\\d{1,12})?", message = "must be a decimal such as -10.50")
            @Schema(example = "-10.50")
            String amount,

            @Size(max = 100) @Nullable String priceVersion,
            @NotBlank @Size(max = 500) String reason) {}

    private final Adjustments adjustments;
    private final ai.costauditor.projections.usage.Adjustments made;
    private final KeyDirectory keys;
    private final Reporting reporting;
    private final CurrentNames names;
    private final Clock clock;

    AdjustmentResource(
            Adjustments adjustments,
            ai.costauditor.projections.usage.Adjustments made,
            KeyDirectory keys,
            Reporting reporting,
            CurrentNames names,
            Clock clock) {
        this.adjustments = adjustments;
        this.made = made;
        this.keys = keys;
        this.reporting = reporting;
        this.names = names;
        this.clock = clock;
    }

    @Allowed
    @GetMapping
    @Operation(
            operationId = "adjustments",
            summary =
                    "The corrections that were made in a period, newest first; a member sees those of their own calls")
    Page<Adjustment> adjustments(
            Caller caller,
            @RequestParam(name = "key_id", required = false) @Nullable KeyId key,
            @RequestParam(name = "call_id", required = false) @Nullable CallId call,
            @RequestParam(name = "kind", required = false) @Nullable AdjustmentKind kind,
            @ParameterObject Range range,
            @RequestParam(name = "after", required = false) @Nullable String after,
            @RequestParam(name = "limit", defaultValue = "100") @Min(1) @Max(1000) int limit) {
        Period period = range.in(reporting.of(caller).timeZone(), clock.instant());
        var filter = new ai.costauditor.projections.usage.Adjustments.Filter(period, key, call, kind);
        try {
            return made.page(Rights.sight(caller), filter, after, limit, names.of(caller.organisation()));
        } catch (Calls.NotAPlace e) {
            throw new InvalidField("after", "is not the next of a page of adjustments");
        }
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "adjust",
            summary = "Correct what a call cost, say what it cost if nobody knew, or give a credit")
    Adjustment adjust(Caller caller, @Valid @RequestBody NewAdjustment wanted) {
        KeyId key = keys.get(caller.organisation(), wanted.keyId())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no key " + wanted.keyId()))
                .id();
        // the read model keeps microseconds, and this answer is the same as its
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Change change = new Change(caller.user().value(), now, wanted.reason().strip());
        return Adjustment.of(
                adjustments.adjust(
                        key,
                        wanted.id() == null ? AdjustmentId.next() : wanted.id(),
                        wanted.kind(),
                        Money.of(wanted.amount()),
                        wanted.callId(),
                        wanted.priceVersion(),
                        change),
                names.of(caller.organisation()));
    }
}
