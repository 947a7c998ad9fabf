package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one scope has spent, holds, and does not know, in every window. Counters are kept for all windows, limited or not,
 * so that a limit that is set in the middle of a month sees the whole month. Every amount counts in the windows of the
 * moment at which its call was authorised.
 *
 * <p>Part of an aggregate: not safe for threads, and it never reads a clock.
 */
public final class BudgetAccount {

    /** Closed windows that are kept although nothing is held in them: clocks of nodes differ, answers come late. */
    private static final int WINDOWS_KEPT = 3;

    private final ZoneId zone;
    private final Map<BudgetWindow, NavigableMap<Instant, Counter>> counters = new EnumMap<>(BudgetWindow.class);
    private final Map<BudgetWindow, BudgetWindow.Span> lastSpans = new EnumMap<>(BudgetWindow.class);
    private final List<Threshold> told = new ArrayList<>();
    private List<BudgetLimit> limits = List.of();

    /** @param zone in which days, weeks and months are cut */
    public BudgetAccount(ZoneId zone) {
        this.zone = zone;
        for (BudgetWindow window : BudgetWindow.values()) {
            counters.put(window, new TreeMap<>());
        }
    }

    /** Replaces the limits; the counters stay. */
    public void limitTo(List<BudgetLimit> newLimits) {
        limits = List.copyOf(newLimits);
    }

    public List<BudgetLimit> limits() {
        return limits;
    }

    public boolean hasHardLimit() {
        return limits.stream().anyMatch(BudgetLimit::isHard);
    }

    public void hold(Money amount, Instant authorisedAt) {
        for (BudgetWindow window : BudgetWindow.values()) {
            Counter counter = counter(window, authorisedAt);
            counter.held = counter.held.plus(amount);
        }
    }

    /** The hold ends; the cost, which may be more, is spent. */
    public void settle(Money held, Money cost, Instant authorisedAt) {
        for (BudgetWindow window : BudgetWindow.values()) {
            Counter counter = counter(window, authorisedAt);
            counter.held = counter.held.minus(held);
            counter.spent = counter.spent.plus(cost);
        }
    }

    /** The hold ends and nobody knows what it cost. */
    public void unresolve(Money held, Instant authorisedAt) {
        for (BudgetWindow window : BudgetWindow.values()) {
            Counter counter = counter(window, authorisedAt);
            counter.held = counter.held.minus(held);
            counter.unresolved = counter.unresolved.plus(held);
        }
    }

    /** Somebody knows at last. */
    public void resolve(Money unresolved, Money cost, Instant authorisedAt) {
        for (BudgetWindow window : BudgetWindow.values()) {
            Counter counter = counter(window, authorisedAt);
            counter.unresolved = counter.unresolved.minus(unresolved);
            counter.spent = counter.spent.plus(cost);
        }
    }

    /** What was spent is corrected by the difference, in the windows that hold the instant. */
    public void adjust(Money difference, Instant countsAt) {
        for (BudgetWindow window : BudgetWindow.values()) {
            Counter counter = counter(window, countsAt);
            counter.spent = counter.spent.plus(difference);
        }
    }

    /** The hard budget with the least room, if the hold does not fit into every one of them. */
    public Optional<BudgetBalance> withoutRoomFor(Money hold, Instant at) {
        return limits.stream()
                .filter(BudgetLimit::isHard)
                .map(limit -> balance(limit, at))
                .filter(balance -> !hasRoom(balance, hold))
                .min(Comparator.comparing(BudgetBalance::available));
    }

    /** A hold that uses up the limit exactly is allowed. A limit of zero allows nothing, not even what is free. */
    static boolean hasRoom(BudgetBalance balance, Money hold) {
        return !balance.budget().limit().isZero() && !hold.isGreaterThan(balance.available());
    }

    /** The least that is left of any hard budget; none without hard budgets. */
    public @Nullable Money available(Instant at) {
        Money least = null;
        for (BudgetLimit limit : limits) {
            if (limit.isHard()) {
                Money available = balance(limit, at).available();
                least = least == null || least.isGreaterThan(available) ? available : least;
            }
        }
        return least;
    }

    /** Each limit, in the window that holds the instant. */
    public List<BudgetBalance> balances(Instant at) {
        return limits.stream().map(limit -> balance(limit, at)).toList();
    }

    BudgetBalance balance(BudgetLimit limit, Instant at) {
        BudgetWindow.Span span = span(limit.window(), at);
        Counter counter = windows(limit.window()).getOrDefault(span.start(), Counter.NONE);
        return new BudgetBalance(
                limit.at(at), span.start(), span.end(), counter.spent, counter.held, counter.unresolved);
    }

    private Counter counter(BudgetWindow window, Instant at) {
        NavigableMap<Instant, Counter> windows = windows(window);
        Instant start = span(window, at).start();
        Counter counter = windows.get(start);
        if (counter == null) {
            counter = new Counter();
            windows.put(start, counter);
            forgetOld(windows);
        }
        return counter;
    }

    private static void forgetOld(NavigableMap<Instant, Counter> windows) {
        int old = windows.size() - WINDOWS_KEPT;
        if (old > 0) {
            List<Instant> starts = windows.keySet().stream().limit(old).toList();
            starts.stream()
                    .filter(start -> windows.getOrDefault(start, Counter.NONE).isClosed())
                    .forEach(windows::remove);
        }
    }

    private NavigableMap<Instant, Counter> windows(BudgetWindow window) {
        return java.util.Objects.requireNonNull(counters.get(window));
    }

    /** Calls come in the order of time, nearly, so the last window is nearly always the right one. */
    private BudgetWindow.Span span(BudgetWindow window, Instant at) {
        BudgetWindow.Span last = lastSpans.get(window);
        if (last != null && !at.isBefore(last.start()) && (last.end() == null || at.isBefore(last.end()))) {
            return last;
        }
        BudgetWindow.Span span = window.at(at, zone);
        lastSpans.put(window, span);
        return span;
    }

    /** Thresholds that the windows of the moment have reached and that {@link #told} has not heard of. */
    public List<Threshold> reached(Instant at) {
        List<Threshold> reached = new ArrayList<>();
        for (BudgetLimit limit : limits) {
            if (!limit.limit().isZero() && !limit.percentages().isEmpty()) {
                addReached(balance(limit, at), reached);
            }
        }
        return reached;
    }

    private void addReached(BudgetBalance balance, List<Threshold> reached) {
        BudgetLimit limit = balance.budget();
        BigDecimal hundredfold = balance.spent().amount().movePointRight(2);
        for (int percent : limit.percentages()) {
            if (hundredfold.compareTo(limit.limit().amount().multiply(BigDecimal.valueOf(percent))) < 0) {
                return;
            }
            Threshold threshold = new Threshold(
                    limit.window(),
                    limit.kind(),
                    percent,
                    limit.limit(),
                    balance.windowStart(),
                    balance.windowEnd(),
                    balance.spent());
            if (told.stream().noneMatch(threshold::isSame)) {
                reached.add(threshold);
            }
        }
    }

    /** From the event. What was told of windows that have left is forgotten. */
    public void told(Threshold threshold) {
        told.removeIf(old -> old.window() == threshold.window()
                && old.windowStart().isBefore(threshold.windowStart())
                && !windows(old.window()).containsKey(old.windowStart()));
        told.add(threshold);
    }

    /** For a snapshot. */
    public List<Threshold> told() {
        return List.copyOf(told);
    }

    /** For a snapshot: every counter that is kept. */
    public List<State> state() {
        List<State> state = new ArrayList<>();
        counters.forEach((window, windows) -> windows.forEach((start, counter) ->
                state.add(new State(window, start, counter.spent, counter.held, counter.unresolved))));
        return state;
    }

    /** From a snapshot. */
    public void restore(List<State> state) {
        for (State counter : state) {
            Counter restored = new Counter();
            restored.spent = counter.spent();
            restored.held = counter.held();
            restored.unresolved = counter.unresolved();
            windows(counter.window()).put(counter.start(), restored);
        }
    }

    /** One counter, as a snapshot keeps it. */
    public record State(BudgetWindow window, Instant start, Money spent, Money held, Money unresolved) {}

    private static final class Counter {
        static final Counter NONE = new Counter();

        Money spent = Money.ZERO;
        Money held = Money.ZERO;
        Money unresolved = Money.ZERO;

        boolean isClosed() {
            return held.isZero() && unresolved.isZero();
        }
    }
}
