package ai.costauditor.api.budgets;

import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.money.Money;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A limit as a request states it.
 *
 * @param limit decimal, zero or more, at most 12 places; zero allows nothing
 * @param kind hard if missing: the safe one
 */
public record Limit(
        @NotNull @Pattern(regexp = "\\d{1,15}(\\.\\d{1,12})?", message = "must be a decimal such as 10.50, zero or more")
        @Schema(example = "10.50")
        String limit,

        @NotNull BudgetWindow window,
        BudgetLimit.@Nullable Kind kind) {

    public BudgetLimit toBudget() {
        return new BudgetLimit(Money.of(limit), window, kind == null ? BudgetLimit.Kind.HARD : kind);
    }
}
