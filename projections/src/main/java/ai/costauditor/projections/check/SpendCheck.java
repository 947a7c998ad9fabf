package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.CallState.Status;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import ai.costauditor.ledger.money.Money;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The spend is the sum of the charges in the record, by day, and of the call log, by quarter of an hour. */
final class SpendCheck extends ReadModelCheck {

    private static final Set<Status> COUNTED = Set.of(Status.SETTLED, Status.SETTLED_LATE, Status.EXPIRED);

    private static final String CELLS = "select " + Cells.COLUMNS + ", model,"
            + " (quarter at time zone 'UTC')::date as day, null as status, sum(calls) as calls, sum(cost) as cost,"
            + " sum(unresolved) as reserved, sum(unpriced) as unpriced, sum(unknown) as unknown, " + Sums.TOKEN_SUMS
            + " from usage_spend where :organisation group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 5, 8, 7";

    private static final String PLACE = Cells.COLUMNS + ", model";

    private static final List<String> MEASURES = Stream.concat(
                    Stream.of("calls", "cost", "unpriced", "unknown", "unresolved"), Sums.TOKENS.stream())
            .toList();

    /** Both sides in one heap: what is kept, less what the calls add up to; a cell that agrees is zero. */
    private static final String QUARTERS = "select key_id, team_id, model, quarter, "
            + MEASURES.stream().map(m -> "sum(" + m + ") as " + m).collect(Collectors.joining(", "))
            + " from (select " + PLACE + ", quarter, " + String.join(", ", MEASURES) + " from usage_spend"
            + " union all select " + PLACE + ", date_bin('15 minutes', started_at, timestamptz '2000-01-01Z'), "
            + MEASURES.stream().map(m -> "-" + m).collect(Collectors.joining(", "))
            + " from usage_spend_of_call) both_sides where :organisation group by " + PLACE + ", quarter having "
            + MEASURES.stream().map(m -> "sum(" + m + ") <> 0").collect(Collectors.joining(" or "))
            + " order by quarter, key_id, model";

    private final Line days = new Line("spend");
    private final Line quarters = new Line("spend and its calls");
    private final Cells cells =
            new Cells(call -> null, call -> call.cost() == null ? call.hold().amount() : Money.ZERO);

    SpendCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    @Override
    protected void count(StoredEvent event, Effect effect) {
        if (effect instanceof Effect.Step step) {
            CallState before = step.before();
            if (before != null && COUNTED.contains(before.status())) {
                cells.subtract(before);
            }
            if (COUNTED.contains(step.after().status())) {
                cells.add(step.after());
            }
        }
    }

    @Override
    public void end(Store store) {
        query(store, CELLS, row -> cells.compare(days, row, "the spend"));
        cells.finish(days, "the spend");
        query(
                store,
                "select count(*) as cells from usage_spend where :organisation",
                row -> quarters.compared("cells", row.getLong("cells")));
        query(
                store,
                QUARTERS,
                row -> quarters.differs(row.getString("key_id") + " of " + row.getString("team_id") + ", "
                        + row.getString("model") + ", quarter of " + row.getString("quarter") + ": the spend has "
                        + row.getBigDecimal("cost").toPlainString() + " and " + row.getLong("calls")
                        + " calls more than the call log"));
    }

    @Override
    public List<Line> lines() {
        return List.of(days, quarters);
    }
}
