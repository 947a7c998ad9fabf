package ai.costauditor.api.keys;

import static ai.costauditor.api.identity.Role.ADMIN;

import ai.costauditor.api.budgets.Limit;
import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.keys.KeyRequests.Because;
import ai.costauditor.api.keys.KeyRequests.Move;
import ai.costauditor.api.keys.KeyRequests.NewKey;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.policies.NewPolicy;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.ChangePolicy;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.MoveKey;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.RotateSecret;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Page;
import ai.costauditor.projections.keys.KeyUse;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Virtual keys. A 2xx answer means that the change is in force; a key is never deleted. */
@RestController
@RequestMapping("/api/v1/keys")
@Tag(name = "keys")
class KeyResource {

    private final Ledger ledger;
    private final KeyDirectory keys;
    private final KeySecrets secrets;
    private final KeyUse uses;
    private final OrganisationDirectory organisations;
    private final Reporting reporting;
    private final CurrentNames names;
    private final Clock clock;
    private final String environment;

    KeyResource(
            Ledger ledger,
            KeyDirectory keys,
            KeySecrets secrets,
            KeyUse uses,
            OrganisationDirectory organisations,
            Reporting reporting,
            CurrentNames names,
            Clock clock,
            @Value("${auditor.key-environment:live}") String environment) {
        this.ledger = ledger;
        this.keys = keys;
        this.secrets = secrets;
        this.uses = uses;
        this.organisations = organisations;
        this.reporting = reporting;
        this.names = names;
        this.clock = clock;
        this.environment = environment;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "keys", summary = "Keys, newest first; a member sees their own")
    Page<KeyView> keys(
            Caller caller,
            @RequestParam(name = "after", required = false) @Nullable KeyId after,
            @RequestParam(name = "limit", defaultValue = "100") @Min(1) @Max(1000) int limit) {
        Names called = names.of(caller.organisation());
        Map<KeyId, Instant> lastUses = uses.lastUses(Rights.sight(caller));
        List<KeyView> found = keys.list(caller.organisation()).stream()
                .filter(key -> mayBeSeen(caller, key))
                .filter(key -> after == null || key.id().value().compareTo(after.value()) < 0)
                .sorted(Comparator.comparing(
                                (KeyDirectory.Entry key) -> key.id().value())
                        .reversed())
                .limit(limit + 1L)
                .map(key -> KeyView.of(key, lastUses.get(key.id()), called))
                .toList();
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, limit), found.get(limit - 1).id().value());
    }

    @Allowed
    @GetMapping("/{id}")
    @Operation(operationId = "key", summary = "One key")
    KeyView key(Caller caller, @PathVariable("id") KeyId id) {
        return view(caller, entry(caller, id));
    }

    @Allowed(ADMIN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createKey", summary = "Make a key; its secret is in this answer and nowhere else")
    KeyView createKey(Caller caller, @Valid @RequestBody NewKey wanted) {
        KeyId id = KeyId.next();
        String secret = secrets.next(environment);
        ledger.execute(new IssueKey(
                id,
                wanted.name().strip(),
                attribution(caller, wanted.projectId(), wanted.userId()),
                secrets.hash(secret),
                wanted.policy() == null ? Policy.DEFAULT : wanted.policy().ofKey(),
                wanted.budgets() == null
                        ? List.of()
                        : wanted.budgets().stream().map(Limit::toBudget).toList(),
                reporting.of(caller).timeZone(),
                change(caller, null)));
        return view(caller, entry(caller, id)).with(secret);
    }

    @Allowed(ADMIN)
    @PostMapping("/{id}/move")
    @Operation(operationId = "moveKey", summary = "Charge future calls to another project or person; the past stays")
    KeyView move(Caller caller, @PathVariable("id") KeyId id, @Valid @RequestBody Move wanted) {
        Attribution to = attribution(caller, wanted.projectId(), wanted.userId());
        return change(caller, id, new Because(wanted.reason()), (key, change) -> new MoveKey(key, to, change));
    }

    @Allowed(ADMIN)
    @PostMapping("/{id}/suspend")
    @Operation(operationId = "suspendKey", summary = "Refuse the key's calls until it is resumed")
    KeyView suspend(
            Caller caller,
            @PathVariable("id") KeyId id,
            @Valid @RequestBody(required = false) @Nullable Because because) {
        return change(caller, id, because, SuspendKey::new);
    }

    @Allowed(ADMIN)
    @PostMapping("/{id}/resume")
    @Operation(operationId = "resumeKey", summary = "End a suspension")
    KeyView resume(
            Caller caller,
            @PathVariable("id") KeyId id,
            @Valid @RequestBody(required = false) @Nullable Because because) {
        return change(caller, id, because, ResumeKey::new);
    }

    @Allowed(ADMIN)
    @PostMapping("/{id}/revoke")
    @Operation(operationId = "revokeKey", summary = "Refuse the key's calls for ever")
    KeyView revoke(
            Caller caller,
            @PathVariable("id") KeyId id,
            @Valid @RequestBody(required = false) @Nullable Because because) {
        return change(caller, id, because, RevokeKey::new);
    }

    @Allowed(ADMIN)
    @PostMapping("/{id}/rotate")
    @Operation(
            operationId = "rotateKey",
            summary = "Give the key a new secret; the old one stops working with this answer")
    KeyView rotate(
            Caller caller,
            @PathVariable("id") KeyId id,
            @Valid @RequestBody(required = false) @Nullable Because because) {
        String secret = secrets.next(environment);
        return change(caller, id, because, (key, change) -> new RotateSecret(key, secrets.hash(secret), change))
                .with(secret);
    }

    @Allowed(ADMIN)
    @PutMapping("/{id}/policy")
    @Operation(operationId = "setPolicy", summary = "Replace what the key may do")
    KeyView setPolicy(Caller caller, @PathVariable("id") KeyId id, @Valid @RequestBody NewPolicy policy) {
        return change(caller, id, null, (key, change) -> new ChangePolicy(key, policy.ofKey(), change));
    }

    private KeyView change(
            Caller caller, KeyId id, @Nullable Because because, BiFunction<KeyId, Change, KeyCommand<KeyId>> command) {
        KeyId own = entry(caller, id).id();
        ledger.execute(command.apply(own, change(caller, because)));
        return view(caller, entry(caller, own));
    }

    private Attribution attribution(Caller caller, ProjectId project, @Nullable UserId user) {
        Attribution place = organisations
                .project(caller.organisation(), project)
                .orElseThrow(() -> new InvalidField("project_id", "is not a project of this organisation"));
        if (user != null && !organisations.users(caller.organisation()).contains(user)) {
            throw new InvalidField("user_id", "is not a person of this organisation");
        }
        return new Attribution(place.organisation(), place.team(), place.project(), user);
    }

    private KeyDirectory.Entry entry(Caller caller, KeyId id) {
        return keys.get(caller.organisation(), id)
                .filter(key -> mayBeSeen(caller, key))
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no key " + id));
    }

    private static boolean mayBeSeen(Caller caller, KeyDirectory.Entry key) {
        return Rights.mayBeSeen(caller, key.attribution().user());
    }

    private KeyView view(Caller caller, KeyDirectory.Entry key) {
        Instant lastUse = uses.lastUses(Rights.sight(caller)).get(key.id());
        return KeyView.of(key, lastUse, names.of(caller.organisation()));
    }

    private Change change(Caller caller, @Nullable Because because) {
        return new Change(caller.user().value(), clock.instant(), because == null ? null : because.reason());
    }
}
