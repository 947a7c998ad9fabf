package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a limit stands in one window.
 *
 * @param held reserved by open calls
 * @param unresolved reserved by calls whose outcome is not known; it counts until somebody knows
 */
public record BudgetBalance(
        BudgetLimit budget,
        Instant windowStart,
        @Nullable Instant windowEnd,
        Money spent,
        Money held,
        Money unresolved) {

    /** Negative after an overdraft. */
    public Money available() {
        return budget.limit().minus(spent).minus(held).minus(unresolved);
    }
}
