package ai.costauditor.ledger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.postgresql.util.PSQLException;

/** Axon's JDBC engine on our table: JSON as text, real timestamps, versions from 1. */
final class JsonTextEventStorage extends JdbcEventStorageEngine {

    /** A transaction can stay open for at most 10 s (database timeout), so a gap of 300 s is one for ever. */
    private static final int GAP_TIMEOUT_MS = 300_000;

    private static final int EVENTS_PER_READ = 500;

    private static final String COLUMNS =
            "event_id, stream, version, stream_type, recorded_at, event_type, revision, payload, metadata";
    private static final String ONE_ROW = "(" + COLUMNS + ") values (?,?,?,?,?,?,?,?,?)";

    /**
     * All events of a commit as arrays of their columns: one statement, prepared once, however many there are; and the
     * terms on which the batch relies, see {@link TermsInUse}.
     */
    private static final String MANY_ROWS = "insert into ledger_event (" + COLUMNS + ", call)"
            + " select event_id, stream, version, stream_type, recorded_at::timestamptz, event_type, revision, payload,"
            + " metadata, call from ledger_require_terms(?::text[], ?::int8[]), unnest(?::text[], ?::text[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::text[],"
            + " ?::text[], ?::text[], ?::text[]) as given (" + COLUMNS + ", call)";

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
                .appendSnapshot(
                        (connection, schema, type, snapshot, json, timestamps) -> insertOne(connection, snapshot, json))
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

    /**
     * In the order of the streams, and of the versions within each: two processes that write to the same streams wait for
     * each other at the first one, instead of each holding what the other needs.
     */
    private static PreparedStatement insert(
            Connection connection, List<? extends EventMessage<?>> events, Serializer json, RecentEvents recent)
            throws SQLException {
        List<DomainEventMessage<?>> inOrder = new ArrayList<>(events.size());
        events.forEach(event -> inOrder.add((DomainEventMessage<?>) event));
        inOrder.sort(Comparator.comparing(DomainEventMessage::getAggregateIdentifier));
        int count = inOrder.size();
        String[] ids = new String[count];
        String[] streams = new String[count];
        Long[] versions = new Long[count];
        String[] streamTypes = new String[count];
        String[] times = new String[count];
        String[] types = new String[count];
        String[] revisions = new String[count];
        String[] payloads = new String[count];
        String[] metadata = new String[count];
        String[] calls = new String[count];
        for (int i = 0; i < count; i++) {
            DomainEventMessage<?> event = inOrder.get(i);
            SerializedObject<String> payload = event.serializePayload(json, String.class);
            ids[i] = event.getIdentifier();
            streams[i] = event.getAggregateIdentifier();
            versions[i] = event.getSequenceNumber() + 1;
            streamTypes[i] = event.getType();
            times[i] = event.getTimestamp().toString();
            types[i] = payload.getType().getName();
            revisions[i] = payload.getType().getRevision();
            payloads[i] = payload.getData();
            metadata[i] = metadata(event, json);
            recent.written(event);
            calls[i] = event.getPayload() instanceof AboutCall about ? about.callId() : null;
        }
        PreparedStatement statement = connection.prepareStatement(MANY_ROWS);
        TermsInUse.ask(statement);
        int column = 3;
        for (Object[] values :
                List.of(ids, streams, versions, streamTypes, times, types, revisions, payloads, metadata, calls)) {
            statement.setArray(column++, connection.createArrayOf(values instanceof Long[] ? "int8" : "text", values));
        }
        statement.addBatch();
        return statement;
    }

    private static String metadata(EventMessage<?> event, Serializer json) {
        return event.getMetaData().isEmpty()
                ? "{}"
                : event.serializeMetaData(json, String.class).getData();
    }

    private static PreparedStatement insertOne(Connection connection, DomainEventMessage<?> snapshot, Serializer json)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement("insert into ledger_snapshot " + ONE_ROW);
        bind(statement, snapshot, json);
        return statement;
    }

    private static void bind(PreparedStatement statement, DomainEventMessage<?> event, Serializer json)
            throws SQLException {
        SerializedObject<String> payload = event.serializePayload(json, String.class);
        statement.setString(1, event.getIdentifier());
        statement.setString(2, event.getAggregateIdentifier());
        statement.setLong(3, event.getSequenceNumber() + 1);
        statement.setString(4, event.getType());
        statement.setObject(5, event.getTimestamp().atOffset(ZoneOffset.UTC));
        statement.setString(6, payload.getType().getName());
        statement.setString(7, payload.getType().getRevision());
        statement.setString(8, payload.getData());
        statement.setString(9, metadata(event, json));
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
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
