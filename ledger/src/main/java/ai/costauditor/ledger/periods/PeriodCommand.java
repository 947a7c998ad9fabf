package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.YearMonth;
import java.time.ZoneId;

/** What a month of an organisation can be asked; {@link PeriodClosing} asks in the right order. */
public sealed interface PeriodCommand<R> extends Command<R> {

    OrganisationId organisation();

    YearMonth month();

    @Override
    default String stream() {
        return "period_" + month() + "_" + organisation();
    }

    /**
     * Lets nothing more count in the month. Again, it changes nothing, so that a closing that was interrupted can go on.
     *
     * @param zone the organisation's
     */
    record BeginClosing(OrganisationId organisation, YearMonth month, ZoneId zone, Change change)
            implements PeriodCommand<YearMonth> {}

    /** @param force seals also if calls are open or their cost is not known; needs a reason */
    record Seal(OrganisationId organisation, YearMonth month, PeriodTotals totals, boolean force, Change change)
            implements PeriodCommand<PeriodEvent.Closed> {}
}
