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

    /** Once for each threshold in each window. */
    record ThresholdReached(Scope scope, Threshold threshold, Instant at) implements BudgetEvent {}

    /** What the calls of one batch moved. */
    record Moved(Scope scope, List<Move> moves) implements BudgetEvent {}

    /**
     * @param call none for a credit that is about no call in particular
     * @param hold of the call
     * @param cost zero unless it was settled
     * @param at of the authorisation, or where an adjustment counts: it counts in the windows that hold this moment
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Move(@Nullable CallId call, Kind kind, Money hold, Money cost, Instant at) {

        /** The end of a call: if its cost counts at another moment than its hold, that is a move of its own. */
        public static List<Move> ofEnd(
                CallId call, Kind kind, Money hold, Money cost, Instant authorisedAt, Instant countsAt) {
            if (countsAt.equals(authorisedAt) || cost.isZero()) {
                return List.of(new Move(call, kind, hold, cost, authorisedAt));
            }
            return List.of(
                    new Move(call, kind, hold, Money.ZERO, authorisedAt),
                    new Move(call, Kind.ADJUSTED, Money.ZERO, cost, countsAt));
        }

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
            RESOLVED,
            /** What was spent is corrected by {@code cost}, which may be negative. */
            @JsonProperty("adjusted")
            ADJUSTED
        }

        void on(BudgetAccount account) {
            switch (kind) {
                case HELD -> account.hold(hold, at);
                case SETTLED -> account.settle(hold, cost, at);
                case UNRESOLVED -> account.unresolve(hold, at);
                case RESOLVED -> account.resolve(hold, cost, at);
                case ADJUSTED -> account.adjust(cost, at);
            }
        }
    }
}
