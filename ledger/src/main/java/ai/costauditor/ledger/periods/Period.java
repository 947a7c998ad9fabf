package ai.costauditor.ledger.periods;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.periods.PeriodCommand.BeginClosing;
import ai.costauditor.ledger.periods.PeriodCommand.Seal;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import ai.costauditor.ledger.periods.PeriodEvent.ClosingBegun;
import java.time.YearMonth;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/** A month of an organisation. First it is shut, so that its figures stand still; then it is sealed with them. */
@AggregateRoot(type = "period")
@SuppressWarnings("NullAway.Init") // the first event of a stream is ClosingBegun
class Period {

    @AggregateIdentifier
    private String id;

    private @Nullable Closed closed;

    Period() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    YearMonth handle(BeginClosing c, ClosedPeriods periods) {
        require(closed == null, CONFLICT, c.month() + " is closed already");
        if (id == null) {
            ClosedMonth month = ClosedMonth.of(c.month(), c.zone());
            require(!month.end().isAfter(c.change().at()), CONFLICT, c.month() + " is not over");
            periods.close(c.organisation(), month);
            apply(new ClosingBegun(c.organisation(), c.month(), month.start(), month.end(), c.change()));
        }
        return c.month();
    }

    @CommandHandler
    Closed handle(Seal c) {
        Closed seal = new Closed(c.organisation(), c.month(), c.totals(), c.force(), c.change());
        if (!seal.equals(closed)) {
            require(closed == null, CONFLICT, c.month() + " is closed already");
            requireReasonToForce(c.force(), c.change().reason());
            requireSettled(c.month(), c.totals(), c.force());
            apply(seal);
        }
        return seal;
    }

    static void requireReasonToForce(boolean force, @Nullable String reason) {
        require(!force || reason != null && !reason.isBlank(), INVALID, "to force a closing needs a reason");
    }

    static void requireSettled(YearMonth month, PeriodTotals totals, boolean force) {
        require(
                force || totals.isSettled(),
                CONFLICT,
                "of " + month + ", " + totals.openCalls() + " calls are open and the cost of "
                        + totals.unresolvedCalls() + " is not known (" + totals.unresolved()
                        + " at most); resolve them, or force the closing and say why");
    }

    private static void require(boolean rule, RuleViolated.Code code, String message) {
        if (!rule) {
            throw new RuleViolated(code, message);
        }
    }

    @EventSourcingHandler
    void on(PeriodEvent event) {
        switch (event) {
            case ClosingBegun e -> id = "period_" + e.month() + "_" + e.organisation();
            case Closed e -> closed = e;
        }
    }
}
