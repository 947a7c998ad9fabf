package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.store.EventJson;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedObject;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Asks the record itself, by indexes that contain nothing but adjustments. */
final class RecordedAdjustments implements AdjustmentHistory {

    private final JdbcClient sql;
    private final EventJson json;

    RecordedAdjustments(DataSource dataSource, EventJson json) {
        this.sql = JdbcClient.create(dataSource);
        this.json = json;
    }

    @Override
    public Optional<ChargeAdjusted> find(KeyId key, AdjustmentId adjustment) {
        return where("payload::jsonb ->> 'adjustment' = ?", key, adjustment.value()).stream()
                .findFirst();
    }

    @Override
    public List<ChargeAdjusted> of(KeyId key, CallId call) {
        return where("payload::jsonb #>> '{corrected,call}' = ?", key, call.value());
    }

    private List<ChargeAdjusted> where(String condition, KeyId key, String value) {
        return sql.sql("select event_type, revision, payload from ledger_event"
                        + " where event_type = 'key.ChargeAdjusted' and stream = ? and " + condition
                        + " order by version")
                .params(key.value(), value)
                .query((row, n) -> json.<String, ChargeAdjusted>deserialize(new SimpleSerializedObject<>(
                        row.getString("payload"),
                        String.class,
                        row.getString("event_type"),
                        row.getString("revision"))))
                .list();
    }
}
