package ai.costauditor.ledger.check;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The database at one moment: everything is read in one repeatable-read transaction that writes nothing, a few thousand rows
 * at a time. Open transactions of others are not seen and not waited for.
 */
public final class Store {

    private static final int ROWS_AT_A_TIME = 2_000;

    private static final String EVENTS = """
            select position, tx_id::text::bigint as tx, stream, stream_type, version, event_type, payload
            from ledger_event order by\s""";

    /** What is done with a row. */
    public interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private final Connection connection;

    private Store(Connection connection) {
        this.connection = connection;
    }

    /** Changes the connection's settings; it is good for nothing else afterwards. */
    static Store of(Connection connection) throws SQLException {
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // a role for calls has short ones; pauses are ours, between the rows of a cursor
            statement.execute("set local statement_timeout = 0");
            statement.execute("set local idle_in_transaction_session_timeout = 0");
            statement.execute("set local timezone = 'UTC'");
            statement.execute("set local jit = off");
        }
        return new Store(connection);
    }

    /** In the order of the record. */
    void events(Consumer<StoredEvent> reader) {
        query(EVENTS + "position", row -> reader.accept(event(row)));
    }

    /** Stream after stream. */
    void eventsByStream(Consumer<StoredEvent> reader) {
        query(EVENTS + "stream, version", row -> reader.accept(event(row)));
    }

    private static StoredEvent event(ResultSet row) throws SQLException {
        return new StoredEvent(
                row.getLong("position"),
                row.getLong("tx"),
                row.getString("stream"),
                row.getString("stream_type"),
                row.getLong("version"),
                row.getString("event_type"),
                row.getString("payload"));
    }

    /** What was recorded of a call in its stream before a version; looks at the whole stream, so only for rare questions. */
    List<String> typesBefore(StoredEvent event, String call) {
        List<String> types = new ArrayList<>();
        query(
                "select event_type from ledger_event where stream = ? and version < ? and position(? in payload) > 0"
                        + " order by version",
                row -> types.add(row.getString(1)),
                event.stream(),
                event.version(),
                "\"call\":\"" + call + "\"");
        return types;
    }

    public void query(String sql, RowReader reader, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_AT_A_TIME);
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        } catch (SQLException e) {
            throw new StoreUnreadable(e);
        }
    }

    /** The database does not answer, or has not the tables of this version. */
    public static final class StoreUnreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoreUnreadable(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
