package ai.costauditor.api.periods;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.periods.PeriodDirectory;
import ai.costauditor.ledger.periods.PeriodEvent;
import ai.costauditor.ledger.periods.PeriodTotals;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.projections.Named;
import ai.costauditor.projections.Names;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A month into which nothing is counted any more.
 *
 * @param month such as {@code 2026-03}
 * @param start first moment in the organisation's time zone (UTC)
 * @param end exclusive
 * @param seal none while the closing goes on, or if it was interrupted: close the month again
 */
record ClosedMonth(
        YearMonth month,
        Instant start,
        Instant end,
        @Nullable Seal seal) {

    static ClosedMonth summary(PeriodDirectory.Entry entry, Names names) {
        return of(entry, names, null);
    }

    static ClosedMonth inFull(PeriodDirectory.Entry entry, Names names) {
        return of(
                entry,
                names,
                entry.seal() == null ? null : MonthGroups.of(entry.seal().totals(), names));
    }

    private static ClosedMonth of(PeriodDirectory.Entry entry, Names names, @Nullable MonthGroups groups) {
        return new ClosedMonth(
                entry.month(),
                entry.start(),
                entry.end(),
                entry.seal() == null ? null : Seal.of(entry.seal(), groups, names));
    }

    /**
     * What the month cost, for ever.
     *
     * @param adjustments how many there are in the total
     * @param adjusted their sum, which is a part of the cost
     * @param openCalls how many had not ended, if the closing was forced
     * @param unresolvedCalls how many had a cost that nobody knew
     * @param unresolved the most that they may have cost
     * @param events how many events of the record were taken: the ends of calls, and adjustments
     * @param lastPosition of the last of them in the record
     * @param groups only of a single month
     */
    record Seal(
            MonthFigures total,
            long adjustments,
            Money adjusted,
            boolean forced,
            long openCalls,
            long unresolvedCalls,
            Money unresolved,
            long events,
            long lastPosition,
            Instant closedAt,
            Named actor,
            @Nullable String reason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable MonthGroups groups) {

        static Seal of(PeriodEvent.Closed seal, @Nullable MonthGroups groups, Names names) {
            PeriodTotals totals = seal.totals();
            return new Seal(
                    MonthFigures.of(totals.total()),
                    totals.adjustments(),
                    totals.adjusted(),
                    seal.forced(),
                    totals.openCalls(),
                    totals.unresolvedCalls(),
                    totals.unresolved(),
                    totals.events(),
                    totals.lastPosition(),
                    seal.change().at(),
                    Named.of(seal.change().actor(), names),
                    seal.change().reason(),
                    groups);
        }
    }

    /** @param calls that ended, with a known or an unknown cost; released ones do not count */
    record MonthFigures(long calls, Money cost, Map<TokenKind, Long> tokens) {

        static MonthFigures of(PeriodTotals.Figures figures) {
            return new MonthFigures(figures.calls(), figures.cost(), figures.tokens());
        }
    }

    /** Each list adds up to the total. @param models without an id what is about no model */
    record MonthGroups(
            List<MonthGroup> teams, List<MonthGroup> projects, List<MonthGroup> keys, List<MonthGroup> models) {

        static MonthGroups of(PeriodTotals totals, Names names) {
            return new MonthGroups(
                    named(totals.teams(), names),
                    named(totals.projects(), names),
                    named(totals.keys(), names),
                    named(totals.models(), id -> id));
        }

        private static List<MonthGroup> named(List<PeriodTotals.Group> groups, Names names) {
            return groups.stream()
                    .map(group -> new MonthGroup(
                            group.id(),
                            group.id() == null ? null : names.of(group.id()),
                            group.figures().calls(),
                            group.figures().cost(),
                            group.figures().tokens()))
                    .toList();
        }
    }

    record MonthGroup(
            @Nullable String id, @Nullable String name, long calls, Money cost, Map<TokenKind, Long> tokens) {}
}
