package ai.costauditor.api.usage;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.api.web.Range;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.usage.Cuts;
import ai.costauditor.projections.usage.Spend;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was spent, by whatever one wants to know it by. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "spend")
class SpendResource {

    private static final int MOST_BUCKETS = 2_000;

    /**
     * @param asOf every event up to this moment is in the figures
     * @param from start of the period, inclusive
     * @param to end of the period, exclusive
     * @param total exactly the sum of the groups
     * @param calls ended calls of the period, those with an unknown cost too
     * @param unresolved the most that the calls without a known cost may have cost; not in the total
     */
    record Figures(
            String currency,
            ZoneId timeZone,
            Instant asOf,
            Instant from,
            Instant to,
            Money total,
            long calls,
            long unpriced,
            long unknown,
            Money unresolved,
            List<Spend.Group> groups) {}

    /**
     * @param count how many groups there are; the list may show fewer
     * @param others what the groups that are not shown add up to
     */
    record Top(
            String currency,
            ZoneId timeZone,
            Instant asOf,
            Instant from,
            Instant to,
            Money total,
            int count,
            List<Spend.Group> groups,
            Rest others) {}

    record Rest(int groups, Money cost, long calls) {}

    record Series(
            String currency,
            ZoneId timeZone,
            Instant asOf,
            Instant from,
            Instant to,
            Money total,
            Spend.GroupBy splitBy,
            Cuts granularity,
            List<Bucket> buckets) {}

    /** @param complete false while the bucket is still filling */
    record Bucket(Instant start, Instant end, boolean complete, Money cost, long calls, List<Share> groups) {}

    record Share(@Nullable String id, String name, Money cost, long calls) {

        static Share of(Spend.Group group) {
            return new Share(group.id(), group.name(), group.cost(), group.calls());
        }
    }

    private final Spend spend;
    private final Progress progress;
    private final Reporting reporting;
    private final CurrentNames names;
    private final Clock clock;

    SpendResource(Spend spend, Progress progress, Reporting reporting, CurrentNames names, Clock clock) {
        this.spend = spend;
        this.progress = progress;
        this.reporting = reporting;
        this.names = names;
        this.clock = clock;
    }

    @Allowed
    @GetMapping("/spend")
    @Operation(operationId = "spend", summary = "Cost, calls and tokens of a period by group, dearest first")
    Figures spend(
            Caller caller,
            @RequestParam(name = "group_by", defaultValue = "team") Spend.GroupBy groupBy,
            @ParameterObject Range range) {
        Reporting.Terms terms = reporting.of(caller);
        Period period = range.in(terms.timeZone(), clock.instant());
        Instant asOf = progress.asOf();
        Spend.Figures found = figures(caller, groupBy, period, terms);
        return new Figures(
                terms.currency(),
                terms.timeZone(),
                asOf,
                period.from(),
                period.to(),
                found.total().cost(),
                found.total().calls(),
                found.total().unpriced(),
                found.total().unknown(),
                found.total().unresolved(),
                found.groups());
    }

    @Allowed
    @GetMapping("/spend/series")
    @Operation(
            operationId = "spendSeries",
            summary = "Cost over time: one bucket per day or hour of the organisation's zone, up to now")
    Series series(
            Caller caller,
            @RequestParam(name = "split_by", defaultValue = "team") Spend.GroupBy splitBy,
            @RequestParam(name = "granularity", defaultValue = "day") Cuts granularity,
            @ParameterObject Range range) {
        if (splitBy == Spend.GroupBy.DAY) {
            throw new InvalidField("split_by", "cannot be day: time is the other axis");
        }
        Reporting.Terms terms = reporting.of(caller);
        Period period = range.in(terms.timeZone(), clock.instant());
        Instant asOf = progress.asOf();
        List<Instant> cuts = granularity.of(period, terms.timeZone());
        if (cuts.size() > MOST_BUCKETS) {
            throw new InvalidField("granularity", "is too fine for this period: at most 2,000 buckets");
        }
        List<Spend.Slot> slots = spend.series(splitBy, Rights.sight(caller), cuts, namesFor(caller)).stream()
                .filter(slot -> !slot.start().isAfter(clock.instant()))
                .toList();
        Money total = slots.stream().map(slot -> slot.figures().total().cost()).reduce(Money.ZERO, Money::plus);
        return new Series(
                terms.currency(),
                terms.timeZone(),
                asOf,
                period.from(),
                period.to(),
                total,
                splitBy,
                granularity,
                slots.stream().map(slot -> bucket(slot, asOf)).toList());
    }

    @Allowed
    @GetMapping("/top/users")
    @Operation(operationId = "topUsers", summary = "The users that cost most")
    Top topUsers(
            Caller caller,
            @RequestParam(name = "limit", defaultValue = "10") @Min(1) @Max(1000) int limit,
            @ParameterObject Range range) {
        return top(caller, Spend.GroupBy.USER, range, limit);
    }

    @Allowed
    @GetMapping("/top/projects")
    @Operation(operationId = "topProjects", summary = "The projects that cost most")
    Top topProjects(
            Caller caller,
            @RequestParam(name = "limit", defaultValue = "10") @Min(1) @Max(1000) int limit,
            @ParameterObject Range range) {
        return top(caller, Spend.GroupBy.PROJECT, range, limit);
    }

    private Top top(Caller caller, Spend.GroupBy groupBy, Range range, int limit) {
        Reporting.Terms terms = reporting.of(caller);
        Period period = range.in(terms.timeZone(), clock.instant());
        Instant asOf = progress.asOf();
        Spend.Figures found = figures(caller, groupBy, period, terms);
        int shown = Math.min(limit, found.groups().size());
        return new Top(
                terms.currency(),
                terms.timeZone(),
                asOf,
                period.from(),
                period.to(),
                found.total().cost(),
                found.groups().size(),
                found.groups().subList(0, shown),
                rest(found.groups().subList(shown, found.groups().size())));
    }

    private static Rest rest(List<Spend.Group> hidden) {
        Money cost = hidden.stream().map(Spend.Group::cost).reduce(Money.ZERO, Money::plus);
        return new Rest(
                hidden.size(),
                cost,
                hidden.stream().mapToLong(Spend.Group::calls).sum());
    }

    private static Bucket bucket(Spend.Slot slot, Instant asOf) {
        Spend.Group total = slot.figures().total();
        return new Bucket(
                slot.start(),
                slot.end(),
                !slot.end().isAfter(asOf),
                total.cost(),
                total.calls(),
                slot.figures().groups().stream().map(Share::of).toList());
    }

    private Spend.Figures figures(Caller caller, Spend.GroupBy groupBy, Period period, Reporting.Terms terms) {
        return spend.by(groupBy, Rights.sight(caller), period, terms.timeZone(), namesFor(caller));
    }

    private Names namesFor(Caller caller) {
        return names.of(caller.organisation());
    }
}
