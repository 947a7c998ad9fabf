package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import java.time.YearMonth;

/** What can happen to a month of an organisation. */
public sealed interface PeriodEvent {

    OrganisationId organisation();

    YearMonth month();

    Change change();

    /**
     * From here on nothing is added to the month, so its figures can be added up.
     *
     * @param start first moment of the month in the organisation's time zone (UTC)
     * @param end exclusive
     */
    record ClosingBegun(OrganisationId organisation, YearMonth month, Instant start, Instant end, Change change)
            implements PeriodEvent {}

    /**
     * The month is sealed.
     *
     * @param forced although calls of the month are open, or their cost is not known; the reason is in the change
     */
    record Closed(OrganisationId organisation, YearMonth month, PeriodTotals totals, boolean forced, Change change)
            implements PeriodEvent {}
}
