package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The closed months of organisations, as decisions see them inside a batch: no other batch can close one meanwhile. */
public interface ClosedPeriods {

    /** @param end exclusive */
    record ClosedMonth(YearMonth month, Instant start, Instant end) {

        /** From the first moment of its first day to that of the next month's. */
        public static ClosedMonth of(YearMonth month, ZoneId zone) {
            return new ClosedMonth(month, start(month, zone), start(month.plusMonths(1), zone));
        }

        private static Instant start(YearMonth month, ZoneId zone) {
            return month.atDay(1).atStartOfDay(zone).toInstant();
        }

        public boolean holds(Instant at) {
            return !at.isBefore(start) && at.isBefore(end);
        }
    }

    /** The closed month that holds the instant. */
    Optional<ClosedMonth> closedAt(OrganisationId organisation, Instant at);

    /**
     * From here on in this batch and, after its commit, everywhere. Waits until every batch that took the month for open has
     * committed.
     */
    void close(OrganisationId organisation, ClosedMonth month);

    /**
     * Where something counts that belongs to the month of {@code at}: in that month, or, if it is closed, now.
     *
     * @return none if the month is open
     */
    default @Nullable AfterClose afterClose(OrganisationId organisation, Instant at, Instant now) {
        ClosedMonth closed = closedAt(organisation, at).orElse(null);
        if (closed == null) {
            return null;
        }
        Instant open = now;
        // a clock that is behind, or a command that waited: the next open month
        for (ClosedMonth next = closed;
                next != null;
                next = closedAt(organisation, open).orElse(null)) {
            open = next.holds(open) ? next.end() : open;
        }
        return new AfterClose(closed.month(), open);
    }
}
