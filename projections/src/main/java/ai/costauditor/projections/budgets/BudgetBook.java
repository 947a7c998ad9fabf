package ai.costauditor.projections.budgets;

import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.KeyEventProjection;
import ai.costauditor.projections.Sql;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.axonframework.config.ProcessingGroup;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts what is spent, held and unresolved in every window of every key, by the same rule as the key itself: everything
 * counts in the windows of the authorisation.
 */
@ProcessingGroup(BudgetCounters.PROJECTION)
class BudgetBook extends KeyEventProjection {

    private final NamedParameterJdbcOperations batches;

    BudgetBook(JdbcClient database, NamedParameterJdbcOperations batches) {
        super(database, BudgetCounters.PROJECTION, List.of("budget_scope", "budget_counter", "budget_hold"));
        this.batches = batches;
    }

    @Override
    protected void write(List<KeyEvent> events) {
        new Pages(events).write();
    }

    /** A hold, and whether it is still a hold or an amount that nobody can explain. */
    private record Held(Money amount, boolean resolved) {}

    /** One counter of one window of one key. */
    private record Place(KeyId key, BudgetWindow window, Instant start) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byKey = key.value().compareTo(other.key.value());
            int byWindow = byKey != 0 ? byKey : window.compareTo(other.window);
            return byWindow != 0 ? byWindow : start.compareTo(other.start);
        }
    }

    private record Move(Money spent, Money held, Money unresolved) {
        Move plus(Move other) {
            return new Move(spent.plus(other.spent), held.plus(other.held), unresolved.plus(other.unresolved));
        }
    }

    /** What one batch does to the book. */
    private final class Pages {

        private final Map<KeyId, KeyIssued> issued = new HashMap<>();
        private final Map<KeyId, ZoneId> zones = new HashMap<>();
        private final Map<CallId, Held> holds = new HashMap<>();
        private final Map<CallId, @Nullable Held> changedHolds = new HashMap<>();
        private final Map<Place, Move> moves = new TreeMap<>();

        Pages(List<KeyEvent> events) {
            readZones(events);
            readHolds(events);
            events.forEach(this::turn);
        }

        private void turn(KeyEvent event) {
            switch (event) {
                case KeyIssued e -> {
                    issued.put(e.key(), e);
                    zones.put(e.key(), e.zone());
                }
                case CallAuthorised e -> {
                    keep(e.call(), new Held(e.hold().amount(), true));
                    move(e, e.at(), Money.ZERO, e.hold().amount(), Money.ZERO);
                }
                case CallSettled e -> settle(e, e.authorisedAt(), e.charge().total());
                case CallSettledLate e -> settle(e, e.authorisedAt(), e.charge().total());
                case CallReleased e -> settle(e, e.authorisedAt(), Money.ZERO);
                case HoldExpired e -> settle(e, e.authorisedAt(), null);
                case CallDenied e -> {
                    // A refused call never held anything.
                }
                case HoldExtended e -> {
                    // Longer, not more.
                }
                case KeyEvent.Administered e -> {
                    // Limits are not counted, they are set; the ledger's directory knows them.
                }
            }
        }

        /** @param cost none while nobody knows */
        private void settle(OfCall e, Instant authorisedAt, @Nullable Money cost) {
            Held hold = holds.get(e.call());
            if (hold == null) {
                throw new IllegalStateException("no hold of " + e.call());
            }
            Money back = hold.amount().negated();
            Money spent = cost == null ? Money.ZERO : cost;
            Money unresolved = cost == null ? hold.amount() : Money.ZERO;
            if (hold.resolved()) {
                move(e, authorisedAt, spent, back, unresolved);
            } else {
                move(e, authorisedAt, spent, Money.ZERO, unresolved.plus(back));
            }
            keep(e.call(), cost == null ? new Held(hold.amount(), false) : null);
        }

        private void keep(CallId call, @Nullable Held hold) {
            changedHolds.put(call, hold);
            if (hold == null) {
                holds.remove(call);
            } else {
                holds.put(call, hold);
            }
        }

        private void move(OfCall e, Instant authorisedAt, Money spent, Money held, Money unresolved) {
            ZoneId zone = Objects.requireNonNull(zones.get(e.key()), () -> "no zone of " + e.key());
            Move move = new Move(spent, held, unresolved);
            for (BudgetWindow window : BudgetWindow.values()) {
                moves.merge(
                        new Place(e.key(), window, window.at(authorisedAt, zone).start()), move, Move::plus);
            }
        }

        private void readZones(List<KeyEvent> events) {
            database.sql("select scope_id, zone from budget_scope where scope_type = 'key' and scope_id = any(:keys)")
                    .param(
                            "keys",
                            events.stream()
                                    .map(event -> event.key().value())
                                    .distinct()
                                    .toArray(String[]::new))
                    .query(row -> {
                        zones.put(new KeyId(row.getString("scope_id")), ZoneId.of(row.getString("zone")));
                    });
        }

        private void readHolds(List<KeyEvent> events) {
            String[] calls = events.stream()
                    .filter(OfCall.class::isInstance)
                    .map(event -> ((OfCall) event).call().value())
                    .distinct()
                    .toArray(String[]::new);
            database.sql("select call_id, amount, resolved from budget_hold where call_id = any(:calls)")
                    .param("calls", calls)
                    .query(row -> {
                        holds.put(
                                new CallId(row.getString("call_id")),
                                new Held(Sql.money(row, "amount"), row.getBoolean("resolved")));
                    });
        }

        void write() {
            batch(
                    """
                    insert into budget_scope (scope_type, scope_id, organisation, zone)
                    values ('key', :key, :organisation, :zone)
                    """,
                    issued.values().stream()
                            .map(e -> new MapSqlParameterSource("key", e.key().value())
                                    .addValue(
                                            "organisation",
                                            e.attribution().organisation().value())
                                    .addValue("zone", e.zone().getId()))
                            .toArray(SqlParameterSource[]::new));
            batch(
                    """
                    insert into budget_counter (scope_type, scope_id, "window", window_start, spent, held, unresolved)
                    values ('key', :key, :window, :start, :spent, :held, :unresolved)
                    on conflict (scope_type, scope_id, "window", window_start) do update set
                      spent = budget_counter.spent + excluded.spent,
                      held = budget_counter.held + excluded.held,
                      unresolved = budget_counter.unresolved + excluded.unresolved
                    """,
                    moves.entrySet().stream()
                            .map(e -> new MapSqlParameterSource(
                                            "key", e.getKey().key().value())
                                    .addValue(
                                            "window", e.getKey().window().name().toLowerCase(Locale.ROOT))
                                    .addValue("start", Sql.time(e.getKey().start()))
                                    .addValue("spent", e.getValue().spent().amount())
                                    .addValue("held", e.getValue().held().amount())
                                    .addValue(
                                            "unresolved",
                                            e.getValue().unresolved().amount()))
                            .toArray(SqlParameterSource[]::new));
            writeHolds();
        }

        private void writeHolds() {
            database.sql("delete from budget_hold where call_id = any(:calls)")
                    .param(
                            "calls",
                            changedHolds.keySet().stream().map(CallId::value).toArray(String[]::new))
                    .update();
            batch(
                    "insert into budget_hold (call_id, amount, resolved) values (:call, :amount, :resolved)",
                    changedHolds.entrySet().stream()
                            .filter(e -> e.getValue() != null)
                            .map(e -> new MapSqlParameterSource(
                                            "call", e.getKey().value())
                                    .addValue(
                                            "amount",
                                            Objects.requireNonNull(e.getValue())
                                                    .amount()
                                                    .amount())
                                    .addValue("resolved", e.getValue().resolved()))
                            .toArray(SqlParameterSource[]::new));
        }

        private void batch(String sql, SqlParameterSource[] rows) {
            if (rows.length > 0) {
                batches.batchUpdate(sql, rows);
            }
        }
    }
}
