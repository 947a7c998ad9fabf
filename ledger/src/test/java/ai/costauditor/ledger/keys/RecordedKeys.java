package ai.costauditor.ledger.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyEvent.BudgetsSet;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.store.EventJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.NullUnmarked;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the record and counts again from nothing, in another way than the product does: per call a state, per window a sum
 * over all calls. Asserts the invariants after every event.
 */
@NullUnmarked
final class RecordedKeys {

    enum State {
        HELD,
        UNRESOLVED,
        SETTLED,
        RELEASED,
        DENIED
    }

    static final class Call {
        final Instant at;
        final Money hold;
        State state;
        Money cost = Money.ZERO;

        Call(Instant at, Money hold, State state) {
            this.at = at;
            this.hold = hold;
            this.state = state;
        }

        /** What it counts against a limit. */
        Money counted() {
            return switch (state) {
                case HELD, UNRESOLVED -> hold;
                case SETTLED -> cost;
                case RELEASED, DENIED -> Money.ZERO;
            };
        }
    }

    static final class Key {
        List<BudgetLimit> limits = List.of();
        final Map<CallId, Call> calls = new LinkedHashMap<>();

        Money counted(BudgetWindow window, Instant at) {
            Instant start = window.at(at, KeyFixture.BERLIN).start();
            return calls.values().stream()
                    .filter(call ->
                            window.at(call.at, KeyFixture.BERLIN).start().equals(start))
                    .map(Call::counted)
                    .reduce(Money.ZERO, Money::plus);
        }

        Money available(Instant at) {
            return limits.stream()
                    .filter(BudgetLimit::isHard)
                    .map(limit -> limit.limit().minus(counted(limit.window(), at)))
                    .min(Money::compareTo)
                    .orElseThrow();
        }
    }

    private record Row(String stream, long version, KeyEvent event) {}

    final Map<KeyId, Key> keys = new HashMap<>();
    int events;

    static RecordedKeys read(PostgresForTests.Database database) {
        RecordedKeys recorded = new RecordedKeys();
        Map<String, Long> versions = new HashMap<>();
        for (Row row : rows(database)) {
            assertThat(row.version()).isEqualTo(versions.getOrDefault(row.stream(), 0L) + 1);
            versions.put(row.stream(), row.version());
            recorded.add(row.event());
        }
        return recorded;
    }

    private static List<Row> rows(PostgresForTests.Database database) {
        EventJson json = EventJson.create();
        return new ArrayList<>(JdbcClient.create(database.dataSource())
                .sql("""
                        select stream, version, event_type, revision, payload from ledger_event
                        where stream_type = 'key' order by stream, version""")
                .query((row, n) -> new Row(
                        row.getString("stream"),
                        row.getLong("version"),
                        json.<String, KeyEvent>deserialize(new SimpleSerializedObject<>(
                                row.getString("payload"),
                                String.class,
                                row.getString("event_type"),
                                row.getString("revision")))))
                .list());
    }

    private void add(KeyEvent event) {
        events++;
        Key key = keys.computeIfAbsent(event.key(), id -> new Key());
        switch (event) {
            case KeyIssued e -> key.limits = e.budgets();
            case BudgetsSet e -> key.limits = e.budgets();
            case CallAuthorised e -> {
                assertThat(key.calls.put(e.call(), new Call(e.at(), e.hold().amount(), State.HELD)))
                        .as("authorised once")
                        .isNull();
                for (BudgetLimit limit : key.limits) {
                    assertThat(key.counted(limit.window(), e.at()))
                            .as("never past the limit %s at %s", limit, e)
                            .isLessThanOrEqualTo(limit.limit());
                }
            }
            case CallDenied e ->
                assertThat(key.calls.put(e.call(), new Call(e.at(), e.hold().amount(), State.DENIED)))
                        .as("denied once")
                        .isNull();
            case CallSettled e -> settle(key, e.call(), State.HELD, e.charge().total());
            case CallSettledLate e ->
                settle(key, e.call(), State.UNRESOLVED, e.charge().total());
            case CallReleased e -> {
                assertThat(key.calls.get(e.call()).state).isIn(State.HELD, State.UNRESOLVED);
                key.calls.get(e.call()).state = State.RELEASED;
            }
            case HoldExpired e -> {
                assertThat(key.calls.get(e.call()).state).isEqualTo(State.HELD);
                key.calls.get(e.call()).state = State.UNRESOLVED;
            }
            default -> {}
        }
    }

    private static void settle(Key key, CallId id, State from, Money cost) {
        Call call = key.calls.get(id);
        assertThat(call.state).as("one end of %s", id).isEqualTo(from);
        call.state = State.SETTLED;
        call.cost = cost;
    }
}
