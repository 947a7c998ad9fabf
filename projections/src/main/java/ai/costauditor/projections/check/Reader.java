package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Examination;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the read models have read: every event up to its position, but for the gaps that it knows of. Read models follow
 * the record, so they are compared with the events that their reader has seen at the same moment.
 */
final class Reader implements Examination {

    private static final String NAME = "read-models";

    /** After so long a reader gives a gap up: an event that appears there later is never read. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(300);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Line line = new Line("reader of the read models");
    private final Set<Long> gaps = new HashSet<>();
    private long position = -1;
    private long last;
    private @Nullable Long progress;

    boolean hasSeen(StoredEvent event) {
        return event.position() <= position && !gaps.contains(event.position());
    }

    @Override
    public void begin(Store store) {
        store.query(
                "select token from reader_token where processor = ? and token is not null",
                row -> understand(JSON.readTree(row.getString("token"))),
                NAME);
        store.query(
                "select position from projection_progress where projection = ?",
                row -> progress = row.getLong("position"),
                NAME);
    }

    /** While it reads again from the beginning, a token says where it is and where it was. */
    private void understand(JsonNode token) {
        JsonNode current = token.path("currentToken");
        JsonNode place = current.isObject() ? current : token;
        if (token.has("tokenAtReset") && !current.isObject()) {
            return;
        }
        position = place.path("index").asLong(-1);
        // with its class name in front, a list is a list of two
        JsonNode list = place.path("gaps");
        JsonNode numbers = list.path(0).isString() ? list.path(1) : list;
        numbers.valueStream().forEach(gap -> gaps.add(gap.asLong()));
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        last = event.position();
        line.compared(hasSeen(event) ? "events seen" : "events to come");
    }

    @Override
    public void end(Store store) {
        if (position > last) {
            line.differs("the reader is at position " + position + ", and the last event at " + last);
        }
        if (position >= 0 && !Objects.equals(progress, position)) {
            line.differs("the reader is at position " + position + ", the rows say " + progress);
        }
        if (!gaps.isEmpty()) {
            store.query(
                    "select position, event_type, stream, recorded_at, now() as now from ledger_event"
                            + " where position = any(?) order by position",
                    this::gap,
                    (Object) gaps.toArray(Long[]::new));
        }
    }

    private void gap(ResultSet row) throws SQLException {
        Instant recorded = row.getObject("recorded_at", OffsetDateTime.class).toInstant();
        Instant now = row.getObject("now", OffsetDateTime.class).toInstant();
        if (recorded.plus(GIVEN_UP).isBefore(now)) {
            line.differs("position " + row.getLong("position") + " (" + row.getString("event_type") + ", "
                    + row.getString("stream") + ") of " + recorded + " was passed over and not read");
        }
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
