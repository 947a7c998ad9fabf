package ai.costauditor.projections.budgets;

import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.BudgetEvent.LimitsSet;
import ai.costauditor.ledger.budgets.BudgetEvent.Moved;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
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
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Projection;
import ai.costauditor.projections.Rows;
import ai.costauditor.projections.Rows.Type;
import ai.costauditor.projections.Sql;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts what is spent, held and unresolved in every window of every key and of every limited scope above, by the same rule
 * as the ledger itself: everything counts in the windows of the authorisation, unless their month was closed.
 */
class BudgetBook extends Projection<Object> {

    private static final Rows SCOPES = new Rows(
            "budget_scope",
            new Rows.Columns().add(Type.TEXT, "scope_type", "scope_id", "organisation", "zone", "limits"),
            "on conflict (scope_type, scope_id) do update set zone = excluded.zone, limits = excluded.limits");

    private static final Rows COUNTERS = new Rows(
            "budget_counter",
            new Rows.Columns()
                    .add(Type.TEXT, "scope_type", "scope_id", "window")
                    .add(Type.TIME, "window_start")
                    .add(Type.NUMERIC, "spent", "held", "unresolved"),
            """
            on conflict (scope_type, scope_id, "window", window_start) do update set
              spent = budget_counter.spent + excluded.spent,
              held = budget_counter.held + excluded.held,
              unresolved = budget_counter.unresolved + excluded.unresolved
            """);

    private static final Rows HOLDS = new Rows(
            "budget_hold",
            new Rows.Columns()
                    .add(Type.TEXT, "call_id")
                    .add(Type.NUMERIC, "amount")
                    .add(Type.BOOLEAN, "resolved"),
            "on conflict (call_id) do update set amount = excluded.amount, resolved = excluded.resolved");

    private final JdbcOperations rows;

    BudgetBook(JdbcClient database, JdbcOperations rows) {
        super(database, Object.class, List.of("budget_scope", "budget_counter", "budget_hold"));
        this.rows = rows;
    }

    @Override
    protected void write(List<Object> events) {
        new Pages(events).write();
    }

    /** A hold, and whether it is still a hold or an amount that nobody can explain. */
    private record Held(Money amount, boolean resolved) {}

    /** One counter: of one scope in one window. */
    private record Place(ScopeType type, String scope, BudgetWindow window, Instant start)
            implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::scope).thenComparing(Place::window).thenComparing(Place::start);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private record Opened(ScopeType type, String scope, String organisation, ZoneId zone, List<BudgetLimit> limits) {}

    private record Move(Money spent, Money held, Money unresolved) {
        Move plus(Move other) {
            return new Move(spent.plus(other.spent), held.plus(other.held), unresolved.plus(other.unresolved));
        }
    }

    /** What one batch does to the book. */
    private final class Pages {

        private final Map<String, Opened> opened = new TreeMap<>();
        private final Set<String> startedAgain = new TreeSet<>();
        private final Map<String, ZoneId> zones = new HashMap<>();
        private final Map<CallId, Held> holds = new HashMap<>();
        private final Set<CallId> recorded = new HashSet<>();
        private final Map<CallId, @Nullable Held> changedHolds = new HashMap<>();
        private final Map<Place, Move> moves = new TreeMap<>();

        Pages(List<Object> events) {
            readZones(events);
            readHolds(events);
            events.forEach(this::turn);
        }

        private void turn(Object any) {
            switch (any) {
                case KeyEvent event -> turn(event);
                case BudgetEvent event -> turn(event);
                default -> {
                    // Nothing that counts.
                }
            }
        }

        private void turn(BudgetEvent event) {
            Scope scope = event.scope();
            switch (event) {
                case LimitsSet e -> {
                    open(new Opened(
                            scope.type(), scope.id(), scope.organisation().value(), e.zone(), e.limits()));
                    if (e.opening() != null) {
                        startedAgain.add(scope.id());
                        moves.keySet().removeIf(place -> place.scope().equals(scope.id()));
                        e.opening()
                                .forEach(counter -> moves.put(
                                        new Place(scope.type(), scope.id(), counter.window(), counter.start()),
                                        new Move(counter.spent(), counter.held(), counter.unresolved())));
                    }
                }
                case BudgetEvent.ThresholdReached e -> {
                    // What was spent has been counted.
                }
                case Moved e -> e.moves().forEach(move -> move(scope.type(), scope.id(), move.at(), moved(move)));
            }
        }

        private static Move moved(BudgetEvent.Move move) {
            Money back = move.hold().negated();
            return switch (move.kind()) {
                case HELD -> new Move(Money.ZERO, move.hold(), Money.ZERO);
                case SETTLED -> new Move(move.cost(), back, Money.ZERO);
                case UNRESOLVED -> new Move(Money.ZERO, back, move.hold());
                case RESOLVED -> new Move(move.cost(), Money.ZERO, back);
                case ADJUSTED -> new Move(move.cost(), Money.ZERO, Money.ZERO);
            };
        }

        private void open(Opened scope) {
            opened.put(scope.scope(), scope);
            zones.put(scope.scope(), scope.zone());
        }

        private void turn(KeyEvent event) {
            switch (event) {
                case KeyIssued e ->
                    open(new Opened(
                            ScopeType.KEY,
                            e.key().value(),
                            e.attribution().organisation().value(),
                            e.zone(),
                            List.of()));
                case CallAuthorised e -> {
                    keep(e.call(), new Held(e.hold().amount(), true));
                    move(e, e.at(), Money.ZERO, e.hold().amount(), Money.ZERO);
                }
                case CallSettled e -> settle(e, e.charge().total());
                case CallSettledLate e -> settle(e, e.charge().total());
                case CallReleased e -> settle(e, Money.ZERO);
                case HoldExpired e -> settle(e, null);
                case ChargeAdjusted e -> adjust(e);
                case CallDenied e -> {
                    // A refused call never held anything.
                }
                case HoldExtended e -> {
                    // Longer, not more.
                }
                case KeyEvent.ThresholdReached e -> {
                    // What was spent has been counted.
                }
                case KeyEvent.Administered e -> {
                    // Limits are not counted, they are set; the ledger's directory knows them.
                }
            }
        }

        /** @param cost none while nobody knows */
        private void settle(Ended e, @Nullable Money cost) {
            Held hold = holds.get(e.call());
            if (hold == null) {
                throw new IllegalStateException("no hold of " + e.call());
            }
            Money back = hold.amount().negated();
            Money unresolved = cost == null ? hold.amount() : Money.ZERO;
            if (hold.resolved()) {
                move(e, e.authorisedAt(), Money.ZERO, back, unresolved);
            } else {
                move(e, e.authorisedAt(), Money.ZERO, Money.ZERO, unresolved.plus(back));
            }
            if (cost != null) {
                move(e, e.countsAt(), cost, Money.ZERO, Money.ZERO);
            }
            keep(e.call(), cost == null ? new Held(hold.amount(), false) : null);
        }

        private void adjust(ChargeAdjusted e) {
            Corrected call = e.corrected();
            if (call != null && call.unresolved() != null) {
                move(
                        e,
                        call.authorisedAt(),
                        Money.ZERO,
                        Money.ZERO,
                        call.unresolved().negated());
                keep(call.call(), null);
            }
            move(e, e.countsAt(), e.amount(), Money.ZERO, Money.ZERO);
        }

        private void keep(CallId call, @Nullable Held hold) {
            changedHolds.put(call, hold);
            if (hold == null) {
                holds.remove(call);
            } else {
                holds.put(call, hold);
            }
        }

        private void move(KeyEvent e, Instant at, Money spent, Money held, Money unresolved) {
            move(ScopeType.KEY, e.key().value(), at, new Move(spent, held, unresolved));
        }

        private void move(ScopeType type, String scope, Instant at, Move move) {
            ZoneId zone = Objects.requireNonNull(zones.get(scope), () -> "no zone of " + scope);
            for (BudgetWindow window : BudgetWindow.values()) {
                Place place = new Place(type, scope, window, window.at(at, zone).start());
                moves.merge(place, move, Move::plus);
            }
        }

        private void readZones(List<Object> events) {
            String[] scopes = events.stream()
                    .flatMap(event -> switch (event) {
                        case KeyEvent e -> Stream.of(e.key().value());
                        case BudgetEvent e -> Stream.of(e.scope().id());
                        default -> Stream.<String>empty();
                    })
                    .distinct()
                    .toArray(String[]::new);
            database.sql("select scope_id, zone from budget_scope where scope_id = any(:scopes)")
                    .param("scopes", scopes)
                    .query(row -> {
                        zones.put(row.getString("scope_id"), ZoneId.of(row.getString("zone")));
                    });
        }

        private void readHolds(List<Object> events) {
            Set<String> begun = new HashSet<>();
            Set<String> others = new LinkedHashSet<>();
            for (Object event : events) {
                if (event instanceof CallAuthorised e) {
                    begun.add(e.call().value());
                } else if (event instanceof OfCall e && !begun.contains(e.call().value())) {
                    others.add(e.call().value());
                } else if (event instanceof ChargeAdjusted e && e.corrected() != null) {
                    others.add(e.corrected().call().value());
                }
            }
            if (others.isEmpty()) {
                return;
            }
            String[] calls = others.toArray(String[]::new);
            database.sql("select call_id, amount, resolved from budget_hold where call_id = any(:calls)")
                    .param("calls", calls)
                    .query(row -> {
                        CallId call = new CallId(row.getString("call_id"));
                        recorded.add(call);
                        holds.put(call, new Held(Sql.money(row, "amount"), row.getBoolean("resolved")));
                    });
        }

        void write() {
            SCOPES.write(
                    rows,
                    opened.values().stream()
                            .map(scope -> SCOPES.row()
                                    .set("scope_type", BudgetCounters.text(scope.type()))
                                    .set("scope_id", scope.scope())
                                    .set("organisation", scope.organisation())
                                    .set("zone", scope.zone().getId())
                                    .set("limits", BudgetCounters.JSON.writeValueAsString(scope.limits())))
                            .toList());
            if (!startedAgain.isEmpty()) {
                database.sql("delete from budget_counter where scope_id = any(:scopes)")
                        .param("scopes", startedAgain.toArray(String[]::new))
                        .update();
            }
            COUNTERS.write(
                    rows,
                    moves.entrySet().stream()
                            .map(e -> COUNTERS.row()
                                    .set(
                                            "scope_type",
                                            BudgetCounters.text(e.getKey().type()))
                                    .set("scope_id", e.getKey().scope())
                                    .set(
                                            "window",
                                            BudgetCounters.text(e.getKey().window()))
                                    .set("window_start", e.getKey().start())
                                    .set("spent", e.getValue().spent().amount())
                                    .set("held", e.getValue().held().amount())
                                    .set("unresolved", e.getValue().unresolved().amount()))
                            .toList());
            writeHolds();
        }

        /** Most calls begin and end in one batch and leave no row. */
        private void writeHolds() {
            List<Rows.Row> kept = new ArrayList<>();
            List<String> gone = new ArrayList<>();
            changedHolds.forEach((call, hold) -> {
                if (hold != null) {
                    kept.add(HOLDS.row()
                            .set("call_id", call.value())
                            .set("amount", hold.amount().amount())
                            .set("resolved", hold.resolved()));
                } else if (recorded.contains(call)) {
                    gone.add(call.value());
                }
            });
            if (!gone.isEmpty()) {
                database.sql("delete from budget_hold where call_id = any(:calls)")
                        .param("calls", gone.toArray(String[]::new))
                        .update();
            }
            HOLDS.write(rows, kept);
        }
    }
}
