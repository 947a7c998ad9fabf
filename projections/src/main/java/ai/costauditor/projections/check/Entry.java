package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.CallState.Status;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Micros;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call, or an adjustment, adds to the figures of a cell.
 *
 * @param calls 1, or 0 if it is a part of a call that is counted elsewhere
 * @param reserved held, or counted because nobody knows the cost
 */
record Entry(
        Cells.Cell cell,
        long calls,
        Money cost,
        Money reserved,
        long unpriced,
        long unknown,
        Map<String, Long> tokens) {

    /** A call in the log: in the cell of its state, at the moment of its authorisation. */
    static Entry inTheLog(CallState call) {
        return new Entry(
                cell(call, call.startedAt(), call.status().storedName()),
                1,
                cost(call),
                call.status() == Status.DENIED ? Money.ZERO : call.hold().amount(),
                isUnpriced(call) ? 1 : 0,
                isUnknown(call) ? 1 : 0,
                tokens(call));
    }

    /**
     * A call in the spend: nothing before it has ended, nor if it was released. If its month was closed between its expiry
     * and its late end, it stays in that month, and its cost is an entry of its own in an open one.
     */
    static List<Entry> inTheSpend(CallState call) {
        Instant chargedAt = call.counting().chargedAt();
        boolean settled = call.status() == Status.SETTLED || call.status() == Status.SETTLED_LATE;
        boolean stays = call.status() == Status.RELEASED && chargedAt != null;
        if (!settled && !stays && call.status() != Status.EXPIRED) {
            return List.of();
        }
        boolean chargedHere = settled && chargedAt == null;
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(
                cell(call, call.counting().at(), null),
                1,
                chargedHere ? cost(call) : Money.ZERO,
                call.isUnresolved() ? call.hold().amount() : Money.ZERO,
                isUnpriced(call) && !call.counting().resolved() ? 1 : 0,
                isUnknown(call) ? 1 : 0,
                chargedHere ? tokens(call) : Map.of()));
        if (settled && chargedAt != null) {
            entries.add(new Entry(cell(call, chargedAt, null), 0, cost(call), Money.ZERO, 0, 0, tokens(call)));
        }
        return entries;
    }

    static Entry of(Effect.Adjusted adjusted) {
        CallState.Owner owner = adjusted.owner();
        Effect.Corrected corrected = adjusted.corrected();
        Cells.Cell cell = new Cells.Cell(
                owner,
                corrected == null ? null : corrected.provider(),
                corrected == null ? null : corrected.model(),
                day(adjusted.countsAt()),
                null);
        return new Entry(cell, 0, adjusted.amount(), Money.ZERO, 0, 0, Map.of());
    }

    private static Cells.Cell cell(CallState call, Instant at, @Nullable String status) {
        return new Cells.Cell(call.owner(), call.request().provider(), call.model(), day(at), status);
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(Micros.of(at), ZoneOffset.UTC);
    }

    private static Money cost(CallState call) {
        return Objects.requireNonNullElse(call.cost(), Money.ZERO);
    }

    private static boolean isUnpriced(CallState call) {
        return call.charge() != null && call.charge().status().equals("unpriced");
    }

    private static boolean isUnknown(CallState call) {
        CallState.Usage usage = call.usage();
        return call.status() == Status.EXPIRED
                || usage != null && List.of("unknown", "invalid").contains(usage.status());
    }

    private static Map<String, Long> tokens(CallState call) {
        return call.usage() == null ? Map.of() : call.usage().tokens();
    }
}
