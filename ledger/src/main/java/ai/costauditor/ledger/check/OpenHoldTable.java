package ai.costauditor.ledger.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sweeper's table has the holds that were open when it last read the record. */
final class OpenHoldTable implements Examination {

    private final Line line = new Line("open holds");
    private final Book book;
    private final @Nullable String organisation;
    private final Map<String, Hold> open = new HashMap<>();
    private long nextTransaction;

    OpenHoldTable(Book book, @Nullable String organisation) {
        this.book = book;
        this.organisation = organisation;
    }

    private record Hold(String key, String node, Instant authorisedAt, Instant expires) {}

    @Override
    public void begin(Store store) {
        store.query(
                "select next_tx::text::bigint as next from open_hold_reader",
                row -> nextTransaction = row.getLong("next"));
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        if (event.transaction() < nextTransaction && effect instanceof Effect.Step step) {
            CallState call = step.after();
            if (call.status() == CallState.Status.OPEN) {
                open.put(
                        call.id(),
                        new Hold(
                                event.stream(),
                                call.hold().node(),
                                Micros.of(call.startedAt()),
                                Micros.of(call.hold().expires())));
            } else {
                open.remove(call.id());
            }
        }
    }

    @Override
    public void end(Store store) {
        store.query("select * from open_hold order by call", row -> {
            Hold kept = hold(row);
            if (concerns(kept.key())) {
                compare(row.getString("call"), kept);
            }
        });
        open.forEach((call, hold) -> line.differs(call + " is open and not in the table: " + hold));
    }

    private void compare(String call, Hold kept) {
        line.compared("holds");
        Hold expected = open.remove(call);
        if (expected == null) {
            line.differs(call + " is in the table and not open: " + kept);
        } else if (!expected.equals(kept)) {
            line.differs(call + " is " + kept + " in the table and " + expected + " in the record");
        }
    }

    private boolean concerns(String key) {
        KeyState known = book.key(key);
        return organisation == null
                || known == null
                || known.owner().organisation().equals(organisation);
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                row.getString("key"),
                row.getString("node"),
                row.getObject("authorised_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires", OffsetDateTime.class).toInstant());
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
