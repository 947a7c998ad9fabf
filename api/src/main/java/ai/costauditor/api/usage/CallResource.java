package ai.costauditor.api.usage;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.identity.Role;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.api.web.Range;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.previews.PreviewVault;
import ai.costauditor.projections.Page;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.usage.Call;
import ai.costauditor.projections.usage.Calls;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The calls behind every figure. */
@RestController
@RequestMapping("/api/v1/calls")
@Tag(name = "calls")
class CallResource {

    private final Calls calls;
    private final KeyDirectory keys;
    private final PolicyDirectory policies;
    private final PreviewVault previews;
    private final Reporting reporting;
    private final CurrentNames names;
    private final Clock clock;

    CallResource(
            Calls calls,
            KeyDirectory keys,
            PolicyDirectory policies,
            PreviewVault previews,
            Reporting reporting,
            CurrentNames names,
            Clock clock) {
        this.calls = calls;
        this.keys = keys;
        this.policies = policies;
        this.previews = previews;
        this.reporting = reporting;
        this.names = names;
        this.clock = clock;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "calls", summary = "The calls that began in a period, newest first")
    Page<Call> calls(
            Caller caller,
            @RequestParam(name = "key_id", required = false) @Nullable KeyId key,
            @RequestParam(name = "project_id", required = false) @Nullable ProjectId project,
            @RequestParam(name = "team_id", required = false) @Nullable TeamId team,
            @RequestParam(name = "user_id", required = false) @Nullable UserId user,
            @RequestParam(name = "status", required = false) Call.@Nullable Status status,
            @RequestParam(name = "provider", required = false) @Nullable String provider,
            @RequestParam(name = "model", required = false) @Nullable String model,
            @ParameterObject Range range,
            @RequestParam(name = "after", required = false) @Nullable String after,
            @RequestParam(name = "limit", defaultValue = "100") @Min(1) @Max(1000) int limit) {
        Period period = range.in(reporting.of(caller).timeZone(), clock.instant());
        Calls.Filter filter = new Calls.Filter(period, key, project, team, user, status, provider, model);
        try {
            return calls.page(Rights.sight(caller), filter, after, limit, names.of(caller.organisation()));
        } catch (Calls.NotAPlace e) {
            throw new InvalidField("after", "is not the next of a page of calls");
        }
    }

    @Allowed
    @GetMapping("/{id}")
    @Operation(operationId = "call", summary = "One call with its tokens, charge lines and attempts")
    Call call(Caller caller, @PathVariable("id") CallId id) {
        return calls.find(Rights.sight(caller), id, names.of(caller.organisation()))
                .map(call -> mayReadText(caller, call) ? call.with(previews.read(caller.organisation(), id)) : call)
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no call " + id));
    }

    /** If the policy keeps text now, for those whom it names. */
    private boolean mayReadText(Caller caller, Call call) {
        if (!previews.isConfigured()) {
            return false;
        }
        Previews policy = keys.get(caller.organisation(), call.keyId())
                .map(key -> policies.of(key).previews())
                .orElse(null);
        return policy != null && caller.roles().stream().map(Role::name).anyMatch(policy.visibleTo()::contains);
    }
}
