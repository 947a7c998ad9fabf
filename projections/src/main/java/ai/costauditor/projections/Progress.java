package ai.costauditor.projections;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the read models have come, as another process can see it too. */
public class Progress {

    private final JdbcClient database;
    private final Clock clock;

    public Progress(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Every event up to this moment (UTC) is in the read models: now, if they have seen them all. */
    public Instant asOf() {
        Instant now = clock.instant();
        return firstUnseen().filter(now::isAfter).orElse(now);
    }

    /** The age of the oldest event that they have not seen; zero if they have seen all. */
    public Duration lag() {
        return firstUnseen()
                .map(recorded -> Duration.between(recorded, clock.instant()))
                .orElse(Duration.ZERO);
    }

    private Optional<Instant> firstUnseen() {
        return database.sql("""
                        select recorded_at from ledger_event
                        where position > coalesce(
                            (select position from projection_progress where projection = :projection), -1)
                        order by position limit 1
                        """)
                .param("projection", ReadModels.NAME)
                .query((row, n) -> Sql.instant(row, "recorded_at"))
                .optional();
    }
}
