package ai.costauditor.projections.keys;

import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.Sql;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** When keys were used last, for an allowed or a denied call. */
public class KeyUse {

    private final JdbcClient database;

    public KeyUse(JdbcClient database) {
        this.database = database;
    }

    /** Keys that were never used are missing. */
    public Map<KeyId, Instant> lastUses(Sight sight) {
        Map<KeyId, Instant> uses = new HashMap<>();
        database.sql("select key_id, last_used_at from key_use where organisation = :organisation")
                .param("organisation", sight.organisation().value())
                .query(row -> {
                    uses.put(new KeyId(row.getString("key_id")), Sql.instant(row, "last_used_at"));
                });
        return uses;
    }
}
