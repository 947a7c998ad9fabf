package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a limit stands in one window.
 *
 * @param scope whose limit it is; none for the key that was asked
 * @param scopeId its id
 * @param held reserved by open calls
 * @param unresolved reserved by calls whose outcome is not known; it counts until somebody knows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BudgetBalance(
        @Nullable ScopeType scope,
        @Nullable String scopeId,
        BudgetLimit budget,
        Instant windowStart,
        @Nullable Instant windowEnd,
        Money spent,
        Money held,
        Money unresolved) {

    @JsonCreator
    public BudgetBalance {}

    /** Of a key. */
    public BudgetBalance(
            BudgetLimit budget,
            Instant windowStart,
            @Nullable Instant windowEnd,
            Money spent,
            Money held,
            Money unresolved) {
        this(null, null, budget, windowStart, windowEnd, spent, held, unresolved);
    }

    BudgetBalance of(ScopeType scopeType, String id) {
        return new BudgetBalance(scopeType, id, budget, windowStart, windowEnd, spent, held, unresolved);
    }

    /** Negative after an overdraft. */
    public Money available() {
        return budget.limit().minus(spent).minus(held).minus(unresolved);
    }
}
