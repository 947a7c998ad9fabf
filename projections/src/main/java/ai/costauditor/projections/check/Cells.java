package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Micros;
import ai.costauditor.ledger.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sums by everything that a figure can be divided by, and by the day (UTC). */
final class Cells {

    /** The columns of a cell in SQL, from a table with the names of the call log. */
    static final String COLUMNS = "organisation, team_id, project_id, user_id, key_id, provider";

    /**
     * @param user none for calls that belong to no user
     * @param status none where all are added up
     */
    record Cell(
            String organisation,
            String team,
            String project,
            @Nullable String user,
            String key,
            String provider,
            String model,
            LocalDate day,
            @Nullable String status) {

        static Cell of(CallState call, @Nullable String status) {
            CallState.Owner owner = call.owner();
            return new Cell(
                    owner.organisation(),
                    owner.team(),
                    owner.project(),
                    owner.user(),
                    owner.key(),
                    call.request().provider(),
                    call.model(),
                    LocalDate.ofInstant(Micros.of(call.startedAt()), ZoneOffset.UTC),
                    status);
        }

        /** From the columns, model, day and status. */
        static Cell of(ResultSet row) throws SQLException {
            return new Cell(
                    row.getString("organisation"),
                    row.getString("team_id"),
                    row.getString("project_id"),
                    row.getString("user_id"),
                    row.getString("key_id"),
                    row.getString("provider"),
                    row.getString("model"),
                    row.getObject("day", LocalDate.class),
                    row.getString("status"));
        }

        @Override
        public String toString() {
            return key + " of " + team + (user == null ? "" : " and " + user) + ", " + model + " at " + provider + ", "
                    + day + (status == null ? "" : ", " + status);
        }
    }

    private final Map<Cell, Sums> cells = new HashMap<>();
    private final Function<CallState, @Nullable String> status;
    private final Function<CallState, Money> reserved;

    Cells(Function<CallState, @Nullable String> status, Function<CallState, Money> reserved) {
        this.status = status;
        this.reserved = reserved;
    }

    void add(CallState call) {
        add(call, 1);
    }

    void subtract(CallState call) {
        add(call, -1);
    }

    private void add(CallState call, int sign) {
        Cell cell = Cell.of(call, status.apply(call));
        Sums sums = cells.computeIfAbsent(cell, c -> new Sums());
        sums.add(call, sign, reserved.apply(call));
        if (sums.isEmpty()) {
            cells.remove(cell);
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
