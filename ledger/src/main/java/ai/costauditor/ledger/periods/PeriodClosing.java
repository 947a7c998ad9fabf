package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.periods.PeriodCommand.BeginClosing;
import ai.costauditor.ledger.periods.PeriodCommand.Seal;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * Closes months. Adding up a month can take minutes and a decision must not wait, so the month is shut first; from then on
 * its figures stand still and can be read from the record without haste. If that is interrupted, closing again goes on.
 */
public final class PeriodClosing {

    private final OrganisationDirectory organisations;
    private final RecordedPeriods recorded;
    private final Ledger ledger;

    PeriodClosing(OrganisationDirectory organisations, RecordedPeriods recorded, Ledger ledger) {
        this.organisations = organisations;
        this.recorded = recorded;
        this.ledger = ledger;
    }

    /**
     * @param force closes also if calls of the month are open or their cost is not known; needs a reason
     * @return the seal
     * @throws RuleViolated if the month is closed already, is not over, or is not settled and not forced
     */
    public Closed close(OrganisationId organisation, YearMonth month, boolean force, Change change) {
        Period.requireReasonToForce(force, change.reason());
        ZoneId zone = zone(organisation);
        ClosedMonth span = ClosedMonth.of(month, zone);
        boolean isOver = !span.end().isAfter(change.at());
        if (isOver && !force) {
            Period.requireSettled(month, recorded.totals(organisation, span), false);
        }
        ledger.execute(new BeginClosing(organisation, month, zone, change));
        return ledger.execute(new Seal(organisation, month, recorded.totals(organisation, span), force, change));
    }

    private ZoneId zone(OrganisationId organisation) {
        return organisations
                .tree(organisation)
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"))
                .timeZone();
    }
}
