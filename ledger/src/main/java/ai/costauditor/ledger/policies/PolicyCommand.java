package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.Policy;

/** What the policy of a project, team or organisation can be asked. A key has its own. */
public sealed interface PolicyCommand<R> extends Command<R> {

    Scope scope();

    @Override
    default String stream() {
        return streamOf(scope());
    }

    static String streamOf(Scope scope) {
        return "policy_" + scope.id();
    }

    /**
     * Replaces what the keys below may do at most. Calls of the last minute, and those that are running, count from the
     * first moment. {@link Policy#NOTHING} lifts it.
     */
    record SetPolicy(Scope scope, Policy policy, Change change) implements PolicyCommand<Scope> {}

    /** Sent by the writer at the end of a batch: one event for all that its calls counted. */
    record RecordCounts(Scope scope) implements PolicyCommand<Scope> {}
}
