package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyEvent.Ended;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.periods.PeriodTotals.Figures;
import ai.costauditor.ledger.periods.PeriodTotals.Group;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.Usage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a month from the events of one organisation's keys, in their order. It remembers the calls that are open or whose
 * cost is not known, and of all others nothing but sums.
 */
final class PeriodSums {

    private final ClosedMonth month;
    private Figures total = Figures.NOTHING;
    private final Map<String, Figures> teams = new HashMap<>();
    private final Map<String, Figures> projects = new HashMap<>();
    private final Map<String, Figures> keys = new HashMap<>();
    private final Map<@Nullable String, Figures> models = new HashMap<>();
    private final Map<CallId, Open> open = new HashMap<>();
    private final Map<CallId, Place> expired = new HashMap<>();
    private final Map<CallId, Money> unresolved = new HashMap<>();
    private long adjustments;
    private Money adjusted = Money.ZERO;
    private long events;
    private long lastPosition;

    PeriodSums(ClosedMonth month) {
        this.month = month;
    }

    private record Open(String model, Money hold) {}

    /** Where something counts. */
    private record Place(
            KeyId key, Attribution attribution, @Nullable String model) {}

    void add(long position, KeyEvent event) {
        switch (event) {
            case CallAuthorised e -> {
                if (month.holds(e.at())) {
                    open.put(e.call(), new Open(e.request().model(), e.hold().amount()));
                }
            }
            case CallSettled e -> settled(position, e);
            case CallSettledLate e -> settledLate(position, e);
            case CallReleased e -> released(position, e);
            case HoldExpired e -> expired(position, e);
            case ChargeAdjusted e -> adjusted(position, e);
            case CallDenied e -> {
                // Costs nothing.
            }
            case HoldExtended e -> {
                // Longer, not more.
            }
            case KeyEvent.ThresholdReached e -> {
                // What was spent has been counted.
            }
            case KeyEvent.Administered e -> {
                // About no money.
            }
        }
    }

    private void settled(long position, CallSettled e) {
        Open call = open.remove(e.call());
        if (call != null && e.charge().total() == null) {
            unresolved.put(e.call(), call.hold());
        }
        if (counts(position, e)) {
            Place place = place(e, e.end(), e.request().model());
            add(place, Figures.oneCall());
            add(place, used(e.charge(), e.usage()));
        }
    }

    /** The call itself was counted when its hold expired; only now is it certain with which model. */
    private void settledLate(long position, CallSettledLate e) {
        Place place = place(e, e.end(), e.request().model());
        Place before = expired.remove(e.call());
        if (before != null) {
            add(before, Figures.oneCallLess());
            add(place, Figures.oneCall());
        }
        if (e.charge().total() != null) {
            unresolved.remove(e.call());
        }
        if (counts(position, e)) {
            add(place, used(e.charge(), e.usage()));
        }
    }

    private void released(long position, CallReleased e) {
        open.remove(e.call());
        unresolved.remove(e.call());
        Place before = expired.remove(e.call());
        if (before != null && e.afterClose() == null) {
            add(before, Figures.oneCallLess());
        }
        counts(position, e);
    }

    private void expired(long position, HoldExpired e) {
        Open call = open.remove(e.call());
        if (call != null) {
            unresolved.put(e.call(), call.hold());
        }
        if (counts(position, e)) {
            Place place = place(e, e.end(), call == null ? null : call.model());
            expired.put(e.call(), place);
            add(place, Figures.oneCall());
        }
    }

    private void adjusted(long position, ChargeAdjusted e) {
        Corrected call = e.corrected();
        if (call != null) {
            unresolved.remove(call.call());
        }
        if (month.holds(e.countsAt())) {
            take(position);
            adjustments++;
            adjusted = adjusted.plus(e.amount());
            Place place = new Place(e.key(), e.attribution(), call == null ? null : call.model());
            add(place, new Figures(0, e.amount(), Map.of()));
        }
    }

    private boolean counts(long position, Ended e) {
        if (!month.holds(e.countsAt())) {
            return false;
        }
        take(position);
        return true;
    }

    private void take(long position) {
        events++;
        lastPosition = Math.max(lastPosition, position);
    }

    private static Place place(Ended e, CallEnd end, @Nullable String asked) {
        return new Place(e.key(), e.attribution(), end.modelServed() == null ? asked : end.modelServed());
    }

    private static Figures used(Charge charge, Usage usage) {
        return new Figures(0, charge.total() == null ? Money.ZERO : charge.total(), usage.tokens());
    }

    private void add(Place place, Figures figures) {
        total = total.plus(figures);
        teams.merge(place.attribution().team().value(), figures, Figures::plus);
        projects.merge(place.attribution().project().value(), figures, Figures::plus);
        keys.merge(place.key().value(), figures, Figures::plus);
        models.merge(place.model(), figures, Figures::plus);
    }

    PeriodTotals totals() {
        Money most = unresolved.values().stream().reduce(Money.ZERO, Money::plus);
        return new PeriodTotals(
                total,
                groups(teams),
                groups(projects),
                groups(keys),
                groups(models),
                adjustments,
                adjusted,
                open.size(),
                unresolved.size(),
                most,
                events,
                lastPosition);
    }

    /** By id; what was taken back as a whole is gone. */
    private static List<Group> groups(Map<? extends @Nullable String, Figures> sums) {
        return sums.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(Figures.NOTHING))
                .map(entry -> new Group(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Group::id, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }
}
