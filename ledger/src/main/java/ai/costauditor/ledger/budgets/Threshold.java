package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was spent in a window has reached a part of its limit.
 *
 * @param percent of the limit
 * @param limit in force at that moment
 * @param windowEnd exclusive; none for the window {@code total}
 * @param spent with the settlement that reached it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Threshold(
        BudgetWindow window,
        BudgetLimit.Kind kind,
        int percent,
        Money limit,
        Instant windowStart,
        @Nullable Instant windowEnd,
        Money spent) {

    /** The same threshold of the same limit in the same window, whatever was spent. */
    boolean isSame(Threshold other) {
        return window == other.window
                && kind == other.kind
                && percent == other.percent
                && limit.equals(other.limit)
                && windowStart.equals(other.windowStart);
    }
}
