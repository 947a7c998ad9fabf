package ai.costauditor.ledger.model;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.budgets.Threshold;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one key or scope has spent, holds and does not know, in every window that ever was: nothing is forgotten. */
final class Sums {

    static final class Sum {
        long spent;
        long held;
        long unresolved;

        long all() {
            return spent + held + unresolved;
        }
    }

    record Window(
            BudgetWindow kind, Instant start, @Nullable Instant end) {}

    private record Told(Window window, BudgetLimit.Kind kind, int percent, long limit) {}

    private final ZoneId zone;
    private final Map<Window, Sum> sums = new HashMap<>();
    private final Map<BudgetWindow, Window> last = new EnumMap<>(BudgetWindow.class);
    private final Set<Told> told = new HashSet<>();

    Sums(ZoneId zone) {
        this.zone = zone;
    }

    Window window(BudgetWindow kind, Instant at) {
        Window before = last.get(kind);
        if (before != null && !at.isBefore(before.start()) && (before.end() == null || at.isBefore(before.end()))) {
            return before;
        }
        Window window = cut(kind, at.atZone(zone).with(LocalTime.MIN));
        last.put(kind, window);
        return window;
    }

    private Window cut(BudgetWindow kind, ZonedDateTime midnight) {
        return switch (kind) {
            case DAY -> window(kind, midnight, midnight.plusDays(1));
            case WEEK -> {
                ZonedDateTime monday = midnight;
                while (monday.getDayOfWeek() != DayOfWeek.MONDAY) {
                    monday = monday.minusDays(1);
                }
                yield window(kind, monday, monday.plusDays(7));
            }
            case MONTH -> {
                ZonedDateTime first = midnight.minusDays(midnight.getDayOfMonth() - 1L);
                yield window(kind, first, first.plusMonths(1));
            }
            case TOTAL -> new Window(kind, Instant.EPOCH, null);
        };
    }

    private static Window window(BudgetWindow kind, ZonedDateTime start, ZonedDateTime end) {
        return new Window(kind, start.toInstant(), end.toInstant());
    }

    Sum at(BudgetWindow kind, Instant at) {
        return sums.computeIfAbsent(window(kind, at), window -> new Sum());
    }

    void add(Instant at, long spent, long held, long unresolved) {
        for (BudgetWindow kind : BudgetWindow.values()) {
            Sum sum = at(kind, at);
            sum.spent += spent;
            sum.held += held;
            sum.unresolved += unresolved;
        }
    }

    BudgetBalance balance(@Nullable ScopeType scope, @Nullable String id, BudgetLimit limit, Instant at) {
        Window window = window(limit.window(), at);
        Sum sum = at(limit.window(), at);
        return new BudgetBalance(
                scope,
                id,
                inForce(limit, at),
                window.start(),
                window.end(),
                Millionths.money(sum.spent),
                Millionths.money(sum.held),
                Millionths.money(sum.unresolved));
    }

    static BudgetLimit inForce(BudgetLimit limit, Instant at) {
        BudgetLimit.Raise raise = limit.raise();
        if (raise == null) {
            return limit;
        }
        boolean lasts = at.toEpochMilli() < raise.until().toEpochMilli();
        long amount = Millionths.of(limit.limit()) + (lasts ? Millionths.of(raise.by()) : 0);
        return new BudgetLimit(
                Millionths.money(amount), limit.window(), limit.kind(), limit.thresholds(), lasts ? raise : null);
    }

    long room(BudgetLimit limit, Instant at) {
        return Millionths.of(inForce(limit, at).limit())
                - at(limit.window(), at).all();
    }

    boolean fits(BudgetLimit limit, long hold, Instant at) {
        return Millionths.of(inForce(limit, at).limit()) != 0 && hold <= room(limit, at);
    }

    /** Thresholds that what was spent has reached now; each is told once. */
    List<Threshold> reached(List<BudgetLimit> limits, Instant at) {
        List<Threshold> reached = new ArrayList<>();
        for (BudgetLimit limit : limits) {
            List<Integer> percentages = limit.thresholds();
            for (int percent : percentages == null ? List.of(50, 80, 100) : percentages) {
                Window window = window(limit.window(), at);
                long amount = Millionths.of(inForce(limit, at).limit());
                long spent = at(limit.window(), at).spent;
                if (!limit.limit().isZero()
                        && spent * 100 >= amount * percent
                        && told.add(new Told(window, limit.kind(), percent, amount))) {
                    reached.add(new Threshold(
                            limit.window(),
                            limit.kind(),
                            percent,
                            Millionths.money(amount),
                            window.start(),
                            window.end(),
                            Millionths.money(spent)));
                }
            }
        }
        return reached;
    }
}
