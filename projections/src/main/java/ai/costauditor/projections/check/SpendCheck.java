package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The spend is the sum of what the record says, by day, and of the entries that it is made of, by quarter of an hour. */
final class SpendCheck extends ReadModelCheck {

    private static final String CELLS = "select " + Cells.COLUMNS + ", model,"
            + " (quarter at time zone 'UTC')::date as day, null as status, sum(entries) as entries, sum(calls) as calls, sum(cost) as cost,"
            + " sum(unresolved) as reserved, sum(unpriced) as unpriced, sum(unknown) as unknown, " + Sums.TOKEN_SUMS
            + " from usage_spend where :organisation group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 5, 8, 7";

    private static final String PLACE = Cells.COLUMNS + ", model";

    private static final List<String> MEASURES = Stream.concat(
                    Stream.of("entries", "calls", "cost", "unpriced", "unknown", "unresolved"), Sums.TOKENS.stream())
            .toList();

    /** Both sides in one heap: what is kept, less what the calls add up to; a cell that agrees is zero. */
    private static final String QUARTERS = "select key_id, team_id, model, quarter, "
            + MEASURES.stream().map(m -> "sum(" + m + ") as " + m).collect(Collectors.joining(", "))
            + " from (select " + PLACE + ", quarter, " + String.join(", ", MEASURES) + " from usage_spend"
            + " union all select " + PLACE + ", date_bin('15 minutes', counts_at, timestamptz '2000-01-01Z'), "
            + MEASURES.stream().map(m -> "-" + m).collect(Collectors.joining(", "))
            + " from usage_spend_entry) both_sides where :organisation group by " + PLACE + ", quarter having "
            + MEASURES.stream().map(m -> "sum(" + m + ") <> 0").collect(Collectors.joining(" or "))
            + " order by quarter, key_id, model";

    private final Line days = new Line("spend");
    private final Line quarters = new Line("spend and its entries");
    private final Cells cells = new Cells();

    SpendCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    @Override
    protected void count(StoredEvent event, Effect effect) {
        switch (effect) {
            case Effect.Step step -> replace(step.before(), step.after());
            case Effect.Adjusted adjusted -> {
                if (adjusted.after() != null) {
                    replace(adjusted.before(), adjusted.after());
                }
                cells.add(Entry.of(adjusted));
            }
            case Effect.Refused refused -> {}
            case Effect.LimitsSet set -> {}
            case Effect.Moved moved -> {}
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> {}
            case Effect.Impossible impossible -> {}
        }
    }

    private void replace(@Nullable CallState before, CallState after) {
        if (before != null) {
            Entry.inTheSpend(before).forEach(cells::subtract);
        }
        Entry.inTheSpend(after).forEach(cells::add);
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
                        + " calls more than its entries"));
    }

    @Override
    public List<Line> lines() {
        return List.of(days, quarters);
    }
}
