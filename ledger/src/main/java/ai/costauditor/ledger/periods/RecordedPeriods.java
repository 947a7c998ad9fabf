package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.store.EventJson;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedObject;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads a month out of the record, in stretches of positions that are short enough for the database's timeout. */
final class RecordedPeriods {

    private static final int STRETCH = 20_000;

    /** Events are recorded after the moment that they are about, as far as clocks agree. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofDays(1);

    private final JdbcClient sql;
    private final EventJson json = EventJson.create();

    RecordedPeriods(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    /** What counts in the month by now; once its closing has begun, for ever. */
    PeriodTotals totals(OrganisationId organisation, ClosedMonth month) {
        PeriodSums sums = new PeriodSums(month);
        long last = lastPosition();
        for (long from = firstPosition(month.start().minus(CLOCKS_DIFFER_BY)) - 1; from < last; from += STRETCH) {
            read(organisation, from, Math.min(from + STRETCH, last), sums);
        }
        return sums.totals();
    }

    private void read(OrganisationId organisation, long after, long upTo, PeriodSums sums) {
        sql.sql("""
                        select position, event_type, revision, payload from ledger_event
                        where position > ? and position <= ? and stream_type = 'key' and strpos(payload, ?) > 0
                          and event_type in ('key.CallAuthorised', 'key.CallSettled', 'key.CallSettledLate',
                            'key.CallReleased', 'key.HoldExpired', 'key.ChargeAdjusted')
                        order by position""")
                .params(after, upTo, "\"organisation\":\"" + organisation + "\"")
                .query(row -> {
                    KeyEvent event = json.<String, KeyEvent>deserialize(new SimpleSerializedObject<>(
                            row.getString("payload"),
                            String.class,
                            row.getString("event_type"),
                            row.getString("revision")));
                    if (isOf(organisation, event)) {
                        sums.add(row.getLong("position"), event);
                    }
                });
    }

    /** A client can write what it likes into its claims. */
    private static boolean isOf(OrganisationId organisation, KeyEvent event) {
        return switch (event) {
            case KeyEvent.OfCall e -> e.attribution().organisation().equals(organisation);
            case KeyEvent.ChargeAdjusted e -> e.attribution().organisation().equals(organisation);
            case KeyEvent.ThresholdReached e -> false;
            case KeyEvent.Administered e -> false;
        };
    }

    private long lastPosition() {
        return sql.sql("select coalesce(max(position), 0) from ledger_event")
                .query(Long.class)
                .single();
    }

    /** By halves, because times grow with positions and only these have an index that is exact. */
    private long firstPosition(Instant recorded) {
        long low = 1;
        long high = lastPosition() + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (isRecordedBefore(middle, recorded)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isRecordedBefore(long position, Instant instant) {
        return sql.sql("select recorded_at < ? from ledger_event where position >= ? order by position limit 1")
                .params(instant.atOffset(ZoneOffset.UTC), position)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }
}
