package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.Policy;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to the policy of a project, team or organisation. */
public sealed interface PolicyEvent {

    Scope scope();

    /** @param opening what the keys below had counted, if the policy limits something that is counted */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PolicySet(Scope scope, Policy policy, @Nullable Counts opening, Change change) implements PolicyEvent {}

    /** What the calls of one batch added. */
    record Counted(Scope scope, Counts counts) implements PolicyEvent {}

    /**
     * @param seconds authorised calls and settled tokens by the second
     * @param open calls that run; of a batch the difference, which may be negative
     */
    record Counts(List<Rates.Second> seconds, long open) {

        boolean isNothing() {
            return seconds.isEmpty() && open == 0;
        }
    }
}
