package ai.costauditor.ledger.model;

import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.Threshold;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.store.EventJson;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The record since the last look: per stream in the order of its versions. */
final class Recorded {

    record Stored(String stream, long version, long transaction, Object event) {
        boolean isOfTheEndOfABatch() {
            return event instanceof BudgetEvent.Moved || event instanceof BudgetEvent.ThresholdReached;
        }
    }

    private final JdbcClient sql;
    private final EventJson json = EventJson.create();
    private final Map<String, Deque<Stored>> streams = new HashMap<>();
    private long position;
    private long events;
    private long transactions;

    Recorded(Database database) {
        this.sql = JdbcClient.create(database.dataSource());
    }

    /**
     * @param beginning of the time in which the model and the ledger must agree on thresholds: the ledger forgets windows
     *     that are over, so of those it may tell less
     */
    void read(Instant beginning) {
        long from = position;
        sql.sql("""
                        select position, stream, version, tx_id::text::bigint as tx, event_type, revision, payload
                        from ledger_event where position > ? order by position""").param(from).query(row -> {
            position = row.getLong("position");
            Object event = json.<String, Object>deserialize(new SimpleSerializedObject<>(
                    row.getString("payload"), String.class, row.getString("event_type"), row.getString("revision")));
            events++;
            if (!isOver(event, beginning)) {
                String stream = row.getString("stream");
                streams.computeIfAbsent(stream, of -> new ArrayDeque<>())
                        .add(new Stored(stream, row.getLong("version"), row.getLong("tx"), event));
            }
        });
        transactions = sql.sql("select count(distinct tx_id) from ledger_event where position > ?")
                        .param(from)
                        .query(Long.class)
                        .single()
                + transactions;
    }

    static boolean isOver(Object event, Instant beginning) {
        Threshold threshold =
                switch (event) {
                    case KeyEvent.ThresholdReached e -> e.threshold();
                    case BudgetEvent.ThresholdReached e -> e.threshold();
                    default -> null;
                };
        return threshold != null
                && threshold.windowEnd() != null
                && !threshold.windowEnd().isAfter(beginning);
    }

    @Nullable Stored peek(String stream) {
        Deque<Stored> events = streams.get(stream);
        return events == null ? null : events.peek();
    }

    @Nullable Stored take(String stream) {
        Deque<Stored> events = streams.get(stream);
        return events == null ? null : events.poll();
    }

    List<Stored> left() {
        return streams.values().stream().flatMap(Deque::stream).toList();
    }

    long events() {
        return events;
    }

    long transactions() {
        return transactions;
    }
}
