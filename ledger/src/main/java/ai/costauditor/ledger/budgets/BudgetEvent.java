package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to the budget of a user, project, team or organisation. */
public sealed interface BudgetEvent {

    Scope scope();

    /**
     * @param opening what the scope's keys had spent and held in every window, if it had no limits before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LimitsSet(
            Scope scope,
            List<BudgetLimit> limits,
            ZoneId zone,
            @Nullable List<BudgetAccount.State> opening,
            Change change)
            implements BudgetEvent {}

    /** What the calls of one batch moved. */
    record Moved(Scope scope, List<Move> moves) implements BudgetEvent {}

    /**
     * @param hold of the call
     * @param cost zero unless it was settled
     * @param at of the authorisation: it counts in the windows that hold this moment
     */
    record Move(CallId call, Kind kind, Money hold, Money cost, Instant at) {

        public enum Kind {
            @JsonProperty("held")
            HELD,
            /** From held to spent; with cost zero the hold is given back. */
            @JsonProperty("settled")
            SETTLED,
            @JsonProperty("unresolved")
            UNRESOLVED,
            /** From unresolved to spent. */
            @JsonProperty("resolved")
            RESOLVED
        }

        void on(BudgetAccount account) {
            switch (kind) {
                case HELD -> account.hold(hold, at);
                case SETTLED -> account.settle(hold, cost, at);
                case UNRESOLVED -> account.unresolve(hold, at);
                case RESOLVED -> account.resolve(hold, cost, at);
            }
        }
    }
}
