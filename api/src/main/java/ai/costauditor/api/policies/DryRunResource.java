package ai.costauditor.api.policies;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.AUDITOR;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.OwnScopes;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.policies.DryRun;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a policy would have refused, before it is set. Changes nothing. */
@RestController
@RequestMapping("/api/v1/policies/dry-run")
@Tag(name = "policies")
class DryRunResource {

    private static final int USUAL = 50_000;
    private static final Duration WEEK = Duration.ofDays(7);

    /**
     * @param from inclusive; a week before {@code to} if missing
     * @param to exclusive; now if missing
     * @param limit calls to examine at most; 50,000 if missing. If there are more, the answer says where to go on
     */
    record Rehearsal(
            @NotNull ScopeType scopeType,
            @NotBlank String scopeId,
            @Valid @NotNull NewPolicy policy,
            @Nullable Instant from,
            @Nullable Instant to,
            @Min(1) @Max(200_000) @Nullable Integer limit) {}

    /**
     * @param asOf every call up to this moment could be examined
     * @param to where this answer ends, exclusive
     * @param examined calls that were let through
     * @param refused how many of them the policy would have refused
     * @param cost what these cost, as settled, where that is known
     * @param costUnknown how many of them have no known cost
     * @param next none if all was examined; else ask again with this as {@code from}, and add the answers up
     * @param notJudged parts of the policy that the record of a call cannot tell
     */
    record Outcome(
            String currency,
            Instant asOf,
            Instant from,
            Instant to,
            long examined,
            long refused,
            Money cost,
            long costUnknown,
            List<DryRun.Refused> reasons,
            @Nullable Instant next,
            List<String> notJudged) {}

    private final DryRun dryRun;
    private final OwnScopes own;
    private final Reporting reporting;
    private final Progress progress;
    private final Clock clock;

    DryRunResource(DryRun dryRun, OwnScopes own, Reporting reporting, Progress progress, Clock clock) {
        this.dryRun = dryRun;
        this.own = own;
        this.reporting = reporting;
        this.progress = progress;
        this.clock = clock;
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @PostMapping
    @Operation(operationId = "dryRun", summary = "What a policy would have refused of the calls that were let through")
    Outcome dryRun(Caller caller, @Valid @RequestBody Rehearsal wanted) {
        own.require(caller, wanted.scopeType(), wanted.scopeId());
        Instant to = wanted.to() == null ? clock.instant() : wanted.to();
        Instant from = wanted.from() == null ? to.minus(WEEK) : wanted.from();
        if (!from.isBefore(to)) {
            throw new InvalidField("from", "must be before the end");
        }
        Instant asOf = progress.asOf();
        DryRun.Findings found = dryRun.run(
                caller.organisation(),
                wanted.scopeType(),
                wanted.scopeId(),
                wanted.policy().aboveKeys(),
                new Period(from, to),
                wanted.limit() == null ? USUAL : wanted.limit());
        List<DryRun.Refused> reasons = found.refused();
        return new Outcome(
                reporting.of(caller).currency(),
                asOf,
                from,
                found.next() == null ? to : found.next(),
                found.examined(),
                reasons.stream().mapToLong(DryRun.Refused::calls).sum(),
                reasons.stream().map(DryRun.Refused::cost).reduce(Money.ZERO, Money::plus),
                reasons.stream().mapToLong(DryRun.Refused::costUnknown).sum(),
                reasons,
                found.next(),
                notJudged(wanted.policy()));
    }

    private static List<String> notJudged(NewPolicy policy) {
        List<String> parts = new ArrayList<>();
        if (policy.largestBody() != null) {
            parts.add("largest_body");
        }
        if (policy.enforcement() != null) {
            parts.add("enforcement");
        }
        if (Boolean.TRUE.equals(policy.clampMaxTokens())) {
            parts.add("clamp_max_tokens");
        }
        if (Boolean.TRUE.equals(policy.responseCache())) {
            parts.add("response_cache");
        }
        return parts;
    }
}
