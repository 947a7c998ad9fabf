package ai.costauditor.projections.keys;

import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.projections.Projection;
import ai.costauditor.projections.Sql;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the moment of each key's last call. */
class KeyUseBook extends Projection<KeyEvent> {

    private final NamedParameterJdbcOperations batches;

    KeyUseBook(JdbcClient database, NamedParameterJdbcOperations batches) {
        super(database, KeyEvent.class, List.of("key_use"));
        this.batches = batches;
    }

    @Override
    protected void write(List<KeyEvent> events) {
        Map<String, OfCall> latest = new TreeMap<>();
        for (KeyEvent event : events) {
            if (event instanceof OfCall call && (call instanceof CallAuthorised || call instanceof CallDenied)) {
                latest.merge(call.key().value(), call, (a, b) -> a.at().isAfter(b.at()) ? a : b);
            }
        }
        if (!latest.isEmpty()) {
            batches.batchUpdate(
                    """
                    insert into key_use (key_id, organisation, last_used_at) values (:key, :organisation, :at)
                    on conflict (key_id) do update
                      set last_used_at = greatest(key_use.last_used_at, excluded.last_used_at)
                    """,
                    latest.values().stream()
                            .map(call -> new MapSqlParameterSource(
                                            "key", call.key().value())
                                    .addValue(
                                            "organisation",
                                            call.attribution().organisation().value())
                                    .addValue("at", Sql.time(call.at())))
                            .toArray(SqlParameterSource[]::new));
        }
    }
}
