package ai.costauditor.ledger.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Axon's JDBC engine on our table: JSON as text, real timestamps, versions from 1. */
final class JsonTextEventStorage extends JdbcEventStorageEngine {

    /** A transaction can stay open for at most 10 s (database timeout), so a gap of 300 s is one for ever. */
    private static final int GAP_TIMEOUT_MS = 300_000;

    private static final int EVENTS_PER_READ = 500;

    private static final String COLUMNS =
            "event_id, stream, version, stream_type, recorded_at, event_type, revision, payload, metadata";

    /**
     * All events of a commit as arrays of their columns: one statement, prepared once, however many there are; and the
     * terms on which the batch relies, see {@link TermsInUse}.
     */
    private static final String APPEND = "insert into ledger_event (" + COLUMNS + ", call)"
            + " select event_id, stream, version, stream_type, recorded_at::timestamptz, event_type, revision, payload,"
            + " metadata, call from ledger_require_terms(?::text[], ?::int8[]), unnest(?::text[], ?::text[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::text[],"
            + " ?::text[], ?::text[], ?::text[]) as given (" + COLUMNS + ", call)";

    private static final String SNAPSHOT =
            "insert into ledger_snapshot (" + COLUMNS + ") values (?, ?, ?, ?, ?::timestamptz, ?, ?, ?, ?)";

    private static final EventSchema SCHEMA = EventSchema.builder()
            .eventTable("ledger_event")
            .snapshotTable("ledger_snapshot")
            .globalIndexColumn("position")
            .eventIdentifierColumn("event_id")
            .aggregateIdentifierColumn("stream")
            .sequenceNumberColumn("version")
            .typeColumn("stream_type")
            .timestampColumn("recorded_at")
            .payloadTypeColumn("event_type")
            .payloadRevisionColumn("revision")
            .payloadColumn("payload")
            .metaDataColumn("metadata")
            // Axon counts from 0
            .trackedEventFields(schema -> "position, " + COLUMNS.replace("version,", "version - 1 as version,"))
            .build();

    private final RecentEvents recent;

    private JsonTextEventStorage(Builder builder, RecentEvents recent) {
        super(builder);
        this.recent = recent;
    }

    static JsonTextEventStorage create(
            ConnectionProvider connections, TransactionManager transactions, Serializer serializer) {
        RecentEvents recent = new RecentEvents();
        Builder builder = builder()
                .connectionProvider(connections)
                .transactionManager(transactions)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .persistenceExceptionResolver(duplicateKeys())
                .schema(SCHEMA)
                .dataType(String.class)
                .batchSize(EVENTS_PER_READ)
                .gapTimeout(GAP_TIMEOUT_MS)
                .appendEvents((connection, schema, type, events, json, timestamps) ->
                        insert(connection, events, json, recent))
                .appendSnapshot((connection, schema, type, snapshot, json, timestamps) ->
                        insertSnapshot(connection, snapshot, json))
                .deleteSnapshots((connection, schema, stream, sequence) -> prepare(
                        connection,
                        "delete from ledger_snapshot where stream = ? and version < ?",
                        stream,
                        sequence + 1))
                .readSnapshotData((connection, schema, stream) -> prepare(
                        connection,
                        "select " + COLUMNS.replace("version,", "version - 1 as version,")
                                + " from ledger_snapshot where stream = ? order by ledger_snapshot.version desc",
                        stream))
                .readEventDataForAggregate((connection, schema, stream, from, count) -> prepare(
                        connection,
                        "select " + schema.trackedEventFields()
                                + " from ledger_event where stream = ? and ledger_event.version > ?"
                                + " and ledger_event.version <= ? order by ledger_event.version",
                        stream,
                        from,
                        from + count))
                .lastSequenceNumberFor((connection, schema, stream) ->
                        prepare(connection, "select max(version) - 1 from ledger_event where stream = ?", stream))
                .createTokenAt((connection, schema, instant) -> prepare(
                        connection,
                        "select min(position) - 1 from ledger_event where recorded_at >= ?",
                        instant.atOffset(ZoneOffset.UTC)));
        return new JsonTextEventStorage(builder, recent);
    }

    @Override
    protected TrackedEventData<?> getTrackedEventData(ResultSet row, GapAwareTrackingToken before) throws SQLException {
        return recent.read(super.getTrackedEventData(row, before), time(row, SCHEMA.timestampColumn()));
    }

    @Override
    protected Object readTimeStamp(ResultSet row, String column) throws SQLException {
        return time(row, column);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** What is stored of an event or a snapshot. */
    private record Row(
            String id,
            String stream,
            long version,
            String streamType,
            String recordedAt,
            String type,
            @Nullable String revision,
            String payload,
            String metadata,
            @Nullable String call) {

        static Row of(DomainEventMessage<?> event, Serializer json) {
            SerializedObject<String> payload = event.serializePayload(json, String.class);
            return new Row(
                    event.getIdentifier(),
                    event.getAggregateIdentifier(),
                    event.getSequenceNumber() + 1,
                    event.getType(),
                    event.getTimestamp().toString(),
                    payload.getType().getName(),
                    payload.getType().getRevision(),
                    payload.getData(),
                    text(event.getMetaData(), json),
                    event.getPayload() instanceof AboutCall about ? about.callId() : null);
        }

        private static String text(MetaData metadata, Serializer json) {
            return metadata.isEmpty()
                    ? "{}"
                    : json.serialize(metadata, String.class).getData();
        }
    }

    /**
     * In the order of the streams, and of the versions within each: two processes that write to the same streams wait for
     * each other at the first one, instead of each holding what the other needs.
     */
    private static PreparedStatement insert(
            Connection connection, List<? extends EventMessage<?>> events, Serializer json, RecentEvents recent)
            throws SQLException {
        List<Row> rows = events.stream()
                .map(event -> Row.of((DomainEventMessage<?>) event, json))
                .sorted(Comparator.comparing(Row::stream))
                .toList();
        events.forEach(recent::written);
        PreparedStatement statement = connection.prepareStatement(APPEND);
        TermsInUse.ask(statement);
        statement.setArray(3, texts(connection, rows, Row::id));
        statement.setArray(4, texts(connection, rows, Row::stream));
        statement.setArray(
                5,
                connection.createArrayOf("int8", rows.stream().map(Row::version).toArray(Long[]::new)));
        statement.setArray(6, texts(connection, rows, Row::streamType));
        statement.setArray(7, texts(connection, rows, Row::recordedAt));
        statement.setArray(8, texts(connection, rows, Row::type));
        statement.setArray(9, texts(connection, rows, Row::revision));
        statement.setArray(10, texts(connection, rows, Row::payload));
        statement.setArray(11, texts(connection, rows, Row::metadata));
        statement.setArray(12, texts(connection, rows, Row::call));
        statement.addBatch();
        return statement;
    }

    private static Array texts(Connection connection, List<Row> rows, Function<Row, @Nullable String> column)
            throws SQLException {
        return connection.createArrayOf("text", rows.stream().map(column).toArray(String[]::new));
    }

    private static PreparedStatement insertSnapshot(
            Connection connection, DomainEventMessage<?> snapshot, Serializer json) throws SQLException {
        Row row = Row.of(snapshot, json);
        return prepare(
                connection,
                SNAPSHOT,
                row.id,
                row.stream,
                row.version,
                row.streamType,
                row.recordedAt,
                row.type,
                row.revision,
                row.payload,
                row.metadata);
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** Another writer has taken the version: Axon makes a ConcurrencyException of it. */
    private static PersistenceExceptionResolver duplicateKeys() {
        return exception -> {
            for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
                if (cause instanceof PSQLException sql && "23505".equals(sql.getSQLState())) {
                    return true;
                }
            }
            return false;
        };
    }
}
