package ai.costauditor.api.budgets;

import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.money.Money;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit as a request states it.
 *
 * @param limit decimal, zero or more, at most 12 places; zero allows nothing
 * @param kind hard if missing: the safe one
 * @param thresholds percentages of the limit at which one event tells that they were reached; 50, 80 and 100 if missing
 * @param raise more for a while; it ends by itself
 */
public record Limit(
        @NotNull @Pattern(regexp = "\\d{1,15}(\\.\\d{1,12})?", message = "must be a decimal such as 10.50, zero or more")
        @Schema(example = "10.50")
        String limit,

        @NotNull BudgetWindow window,
        BudgetLimit.@Nullable Kind kind,
        @Size(max = 10) @Nullable List<@Min(1) @Max(1000) Integer> thresholds,
        @Valid @Nullable NewRaise raise) {

    /**
     * @param by decimal, more than zero
     * @param until UTC; the first moment at which it no longer counts
     */
    public record NewRaise(
            @NotNull @Pattern(regexp = "(?=.*[1-9])\\d{1,15}(\\.\\d{1,12})?", message = "must be a decimal above zero")
            @Schema(example = "25")
            String by,

            @NotNull Instant until) {}

    public BudgetLimit toBudget() {
        return new BudgetLimit(
                Money.of(limit),
                window,
                kind == null ? BudgetLimit.Kind.HARD : kind,
                thresholds,
                raise == null ? null : new BudgetLimit.Raise(Money.of(raise.by()), raise.until()));
    }
}
