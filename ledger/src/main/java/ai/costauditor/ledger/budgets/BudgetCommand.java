package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** What the budget of a user, project, team or organisation can be asked. A key has its own. */
public sealed interface BudgetCommand<R> extends Command<R> {

    Scope scope();

    @Override
    default String stream() {
        return scope().stream();
    }

    /**
     * Replaces all limits of the scope; none at all lifts them. What was spent and held before counts from the first
     * moment, as the keys of the scope know it.
     *
     * @param zone the organisation's reporting time zone
     */
    record SetLimits(Scope scope, List<BudgetLimit> limits, ZoneId zone, Change change)
            implements BudgetCommand<Scope> {}

    /** The limits as they stand at the instant, in the order of the answer to {@link SetLimits}; empty without limits. */
    record TellBalances(Scope scope, Instant at) implements BudgetCommand<List<BudgetBalance>> {}

    /** Sent by the writer at the end of a batch: one event for all that the calls of the batch moved. */
    record RecordMoves(Scope scope) implements BudgetCommand<Scope> {}
}
