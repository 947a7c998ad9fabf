package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.keys.CallMemory.End;
import ai.costauditor.ledger.keys.CallMemory.Past;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.store.EventJson;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Searches one stream of the record. Slow on a long stream, and rare: only an id that is older than what its key remembers
 * is looked up, and the edge makes new ids.
 */
final class RecordedCalls implements CallHistory {

    private final JdbcClient sql;
    private final EventJson json;

    RecordedCalls(DataSource dataSource, EventJson json) {
        this.sql = JdbcClient.create(dataSource);
        this.json = json;
    }

    @Override
    public Optional<Past> find(KeyId key, CallId call) {
        Past past = null;
        OpenCall open = null;
        for (Object event : eventsOf(key, call)) {
            switch (event) {
                case CallAuthorised e -> open = new OpenCall(e.attribution(), e.request(), e.hold(), e.at());
                case CallDenied e -> past = Past.denied(e);
                case CallSettled e -> past = ended(open, End.SETTLED, e.charge().total(), e);
                case CallSettledLate e ->
                    past = ended(open, End.SETTLED, e.charge().total(), e);
                case CallReleased e -> past = ended(open, End.RELEASED, Money.ZERO, e);
                default -> {}
            }
        }
        return Optional.ofNullable(past);
    }

    private static @Nullable Past ended(@Nullable OpenCall open, End end, @Nullable Money cost, KeyEvent.OfCall event) {
        return open == null ? null : Past.ended(open, end, cost, event.at());
    }

    private List<?> eventsOf(KeyId key, CallId call) {
        return sql.sql("""
                        select event_type, revision, payload from ledger_event
                        where stream = ? and strpos(payload, ?) > 0
                        order by version""")
                .params(key.value(), "\"call\":\"" + call.value() + "\"")
                .query((row, n) -> json.<String, Object>deserialize(new SimpleSerializedObject<>(
                        row.getString("payload"),
                        String.class,
                        row.getString("event_type"),
                        row.getString("revision"))))
                .list();
    }
}
