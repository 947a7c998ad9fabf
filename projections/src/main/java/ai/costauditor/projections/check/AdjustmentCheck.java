package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Micros;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import ai.costauditor.ledger.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The adjustments that are shown are those of the record. They are made by people and few, so each one is compared. */
final class AdjustmentCheck extends ReadModelCheck {

    private final Line line = new Line("adjustments");
    private final Map<Shown, Long> recorded = new HashMap<>();

    AdjustmentCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    /** @param unresolved what was counted before, if nobody knew the cost */
    private record Shown(
            String key,
            String team,
            @Nullable String call,
            String kind,
            Money amount,
            @Nullable Money unresolved,
            Instant countsAt) {

        static Shown of(ResultSet row) throws SQLException {
            var unresolved = row.getBigDecimal("unresolved");
            return new Shown(
                    row.getString("key_id"),
                    row.getString("team_id"),
                    row.getString("call_id"),
                    row.getString("kind"),
                    new Money(row.getBigDecimal("amount")),
                    unresolved == null ? null : new Money(unresolved),
                    row.getObject("counts_at", OffsetDateTime.class).toInstant());
        }
    }

    @Override
    protected void count(StoredEvent event, Effect effect) {
        if (effect instanceof Effect.Adjusted adjusted) {
            Shown shown = new Shown(
                    adjusted.owner().key(),
                    adjusted.owner().team(),
                    adjusted.call(),
                    // one name in the record, another in the table
                    adjusted.kind().replace('-', '_'),
                    adjusted.amount(),
                    adjusted.before() == null ? null : adjusted.before().hold().amount(),
                    Micros.of(adjusted.countsAt()));
            recorded.merge(shown, 1L, Long::sum);
        }
    }

    @Override
    public void end(Store store) {
        query(store, "select * from usage_adjustment where :organisation order by id", row -> {
            line.compared("adjustments");
            Shown shown = Shown.of(row);
            if (recorded.containsKey(shown)) {
                recorded.computeIfPresent(shown, (s, times) -> times == 1 ? null : times - 1);
            } else {
                line.differs(row.getString("id") + " is not in the record: " + shown);
            }
        });
        recorded.keySet().forEach(missing -> line.differs("not shown: " + missing));
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
