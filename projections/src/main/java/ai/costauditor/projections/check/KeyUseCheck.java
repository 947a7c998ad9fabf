package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Micros;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last use of a key is the moment of its latest call, allowed or refused. */
final class KeyUseCheck extends ReadModelCheck {

    private final Line line = new Line("last uses of keys");
    private final Map<String, Instant> latest = new TreeMap<>();

    KeyUseCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    @Override
    protected void count(StoredEvent event, Effect effect) {
        if (effect instanceof Effect.Step step && step.isAuthorisation()) {
            used(step.after());
        } else if (effect instanceof Effect.Refused refused) {
            used(refused.call());
        }
    }

    private void used(CallState call) {
        latest.merge(call.owner().key(), Micros.of(call.startedAt()), (a, b) -> a.isAfter(b) ? a : b);
    }

    @Override
    public void end(Store store) {
        query(store, "select key_id, last_used_at from key_use where :organisation order by key_id", row -> {
            line.compared("keys");
            Instant kept = row.getObject("last_used_at", OffsetDateTime.class).toInstant();
            Instant recorded = latest.remove(row.getString("key_id"));
            if (!kept.equals(recorded)) {
                line.differs(row.getString("key_id") + " was used at " + kept + ", the record says "
                        + (recorded == null ? "never" : recorded));
            }
        });
        latest.forEach((key, at) -> line.differs(key + " was used at no time, the record says " + at));
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
