package ai.costauditor.projections;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the projections have come, as another process can see it too. */
public class Progress {

    private final JdbcClient database;
    private final Clock clock;

    public Progress(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Every event up to this moment (UTC) is in the projection's rows: now, if it has seen them all. */
    public Instant asOf(String projection) {
        Instant now = clock.instant();
        return firstUnseen(projection).filter(now::isAfter).orElse(now);
    }

    /** The age of the oldest event that the projection has not seen; zero if it has seen all. */
    public Duration lag(String projection) {
        return firstUnseen(projection)
                .map(recorded -> Duration.between(recorded, clock.instant()))
                .orElse(Duration.ZERO);
    }

    private Optional<Instant> firstUnseen(String projection) {
        return database.sql("""
                        select recorded_at from ledger_event
                        where position > coalesce(
                            (select position from projection_progress where projection = :projection), -1)
                        order by position limit 1
                        """)
                .param("projection", projection)
                .query((row, n) -> Sql.instant(row, "recorded_at"))
                .optional();
    }
}
