package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState.Owner;
import ai.costauditor.ledger.check.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums by everything that a figure can be divided by, and by the day (UTC). */
final class Cells {

    /** The columns of a cell in SQL, from a table with the names of the call log. */
    static final String COLUMNS = "organisation, team_id, project_id, user_id, key_id, provider";

    /**
     * @param provider none for a credit that is about no call
     * @param model none as well
     * @param status none where all are added up
     */
    record Cell(
            Owner owner,
            @Nullable String provider,
            @Nullable String model,
            LocalDate day,
            @Nullable String status) {

        /** From the columns, model, day and status. */
        static Cell of(ResultSet row) throws SQLException {
            return new Cell(
                    new Owner(
                            row.getString("key_id"),
                            row.getString("organisation"),
                            row.getString("team_id"),
                            row.getString("project_id"),
                            row.getString("user_id")),
                    row.getString("provider"),
                    row.getString("model"),
                    row.getObject("day", LocalDate.class),
                    row.getString("status"));
        }

        @Override
        public String toString() {
            return owner.key() + " of " + owner.team() + (owner.user() == null ? "" : " and " + owner.user()) + ", "
                    + (model == null ? "no call" : model + " at " + provider) + ", " + day
                    + (status == null ? "" : ", " + status);
        }
    }

    private final Map<Cell, Sums> cells = new HashMap<>();

    void add(Entry entry) {
        add(entry, 1);
    }

    void subtract(Entry entry) {
        add(entry, -1);
    }

    private void add(Entry entry, int sign) {
        Sums sums = cells.computeIfAbsent(entry.cell(), cell -> new Sums());
        sums.add(entry, sign);
        if (sums.hasNoEntry()) {
            cells.remove(entry.cell());
        }
    }

    void compare(Line line, ResultSet row, String table) throws SQLException {
        Cell cell = Cell.of(row);
        Sums kept = Sums.of(row);
        Sums recorded = cells.remove(cell);
        line.compared("cells");
        line.compared("calls", row.getLong("calls"));
        if (!kept.equals(recorded)) {
            line.differs(
                    cell + ": " + table + " has " + kept + "; the record " + (recorded == null ? "nothing" : recorded));
        }
    }

    /** Cells that no row had. */
    void finish(Line line, String table) {
        cells.forEach((cell, sums) -> line.differs(cell + ": " + table + " has nothing; the record " + sums));
    }
}
