package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The months that are closed, written in the transaction of the event. */
public interface PeriodDirectory {

    /** Newest first. */
    List<Entry> list(OrganisationId organisation);

    /**
     * @param end exclusive
     * @param seal none if the closing was interrupted; closing again goes on with it
     */
    record Entry(
            YearMonth month,
            Instant start,
            Instant end,
            @Nullable Closed seal) {}
}
