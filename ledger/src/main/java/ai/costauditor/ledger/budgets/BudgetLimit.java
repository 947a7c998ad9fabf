package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;

/** A limit in a window. A limit of zero means that nothing is allowed. */
public record BudgetLimit(Money limit, BudgetWindow window, Kind kind) {

    /** Hard limits refuse; soft ones only tell. */
    public enum Kind {
        @JsonProperty("hard")
        HARD,
        @JsonProperty("soft")
        SOFT
    }

    public BudgetLimit {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a limit is zero or more");
        }
    }

    @JsonIgnore
    public boolean isHard() {
        return kind == Kind.HARD;
    }
}
