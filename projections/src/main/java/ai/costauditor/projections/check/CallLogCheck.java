package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The call log has every call, in the state in which its last event left it, and every refusal. */
final class CallLogCheck extends ReadModelCheck {

    private static final String CELLS =
            "select " + Cells.COLUMNS + ", coalesce(model_served, model_requested) as model,"
                    + " (started_at at time zone 'UTC')::date as day, status, count(*) as entries, count(*) as calls, coalesce(sum(cost), 0) as cost,"
                    + " coalesce(sum(hold), 0) as reserved, count(*) filter (where price_status = 'unpriced') as unpriced,"
                    + " count(*) filter (where status = 'expired' or usage_status in ('unknown', 'invalid')) as unknown, "
                    + Sums.TOKEN_SUMS + " from usage_call where :organisation group by 1, 2, 3, 4, 5, 6, 7, 8, 9"
                    + " order by 1, 5, 8, 7, 9";

    private static final String REFUSALS = """
            select key_id, refusal ->> 'reason' as reason, count(*) as refusals from usage_call
            where status = 'denied' and :organisation group by 1, 2 order by 1, 2""";

    private static final String CHARGES = """
            select id, cost, summed from (
                select id, cost, (select coalesce(sum((line ->> 'amount')::numeric), 0)
                                  from jsonb_array_elements(lines) line) as summed
                from usage_call where price_status = 'priced' and :organisation) charge
            where cost is distinct from summed order by id""";

    private final Line log = new Line("call log");
    private final Line refusals = new Line("refusals in the call log");
    private final Line charges = new Line("charges in the call log");
    private final Cells cells = new Cells();
    private final Map<Refusal, Long> refused = new HashMap<>();

    CallLogCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    private record Refusal(String key, @Nullable String reason) {}

    @Override
    protected void count(StoredEvent event, Effect effect) {
        switch (effect) {
            case Effect.Step step -> {
                CallState before = step.before();
                if (before != null) {
                    cells.subtract(Entry.inTheLog(before));
                }
                cells.add(Entry.inTheLog(step.after()));
            }
            case Effect.Refused refusal -> {
                cells.add(Entry.inTheLog(refusal.call()));
                refused.merge(new Refusal(event.stream(), refusal.call().refusal()), 1L, Long::sum);
            }
            case Effect.Adjusted adjusted -> {
                // The log shows what was recorded of the call itself.
            }
            case Effect.LimitsSet set -> {}
            case Effect.Moved moved -> {}
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> {}
            case Effect.Impossible impossible -> {}
        }
    }

    @Override
    public void end(Store store) {
        query(store, CELLS, row -> cells.compare(log, row, "the call log"));
        cells.finish(log, "the call log");
        query(store, REFUSALS, row -> {
            Refusal refusal = new Refusal(row.getString("key_id"), row.getString("reason"));
            long kept = row.getLong("refusals");
            refusals.compared("refusals", kept);
            say(refusal, kept, Objects.requireNonNullElse(refused.remove(refusal), 0L));
        });
        refused.forEach((refusal, recorded) -> say(refusal, 0, recorded));
        query(
                store,
                "select count(*) as charges from usage_call where price_status = 'priced' and :organisation",
                row -> charges.compared("charges", row.getLong("charges")));
        query(
                store,
                CHARGES,
                row -> charges.differs(row.getString("id") + " costs " + row.getBigDecimal("cost") + " in the call log,"
                        + " its lines there are " + row.getBigDecimal("summed")));
    }

    private void say(Refusal refusal, long kept, long recorded) {
        if (kept != recorded) {
            refusals.differs(refusal.key() + ", " + refusal.reason() + ": the call log has " + kept
                    + " refusals, the record " + recorded);
        }
    }

    @Override
    public List<Line> lines() {
        return List.of(log, charges, refusals);
    }
}
