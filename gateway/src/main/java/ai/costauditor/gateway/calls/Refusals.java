package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.money.Money;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says why a call was refused, and what would have fitted. */
final class Refusals {

    private Refusals() {}

    static Problem problem(Call call, Refused refused, @Nullable Estimate estimate) {
        String model = call.model();
        return switch (refused.reason()) {
            case KEY_REVOKED -> Problem.of(Kind.INVALID_KEY, "this virtual key was revoked");
            case KEY_SUSPENDED -> Problem.of(Kind.NOT_ALLOWED, "this virtual key is suspended");
            case MODEL_NOT_ALLOWED -> Problem.of(Kind.NOT_ALLOWED, "this virtual key may not use the model " + model);
            case PROVIDER_NOT_ALLOWED ->
                Problem.of(
                        Kind.NOT_ALLOWED,
                        "this virtual key may not use " + call.provider().name());
            case ENDPOINT_NOT_ALLOWED ->
                Problem.of(
                        Kind.NOT_ALLOWED,
                        "this virtual key may not use " + call.format().endpoint());
            case UNPRICED_MODEL ->
                Problem.of(
                        Kind.UNKNOWN_MODEL,
                        "no price is known for the model " + model + " of "
                                + call.provider().name() + ", and this virtual key has a hard budget");
            case BUDGET_EXHAUSTED -> budget(refused.hold(), refused.balance(), estimate);
            case PARALLEL_CALLS -> Problem.passing(Kind.RATE, "too many calls of this virtual key are running", 1);
            case REQUESTS_PER_MINUTE ->
                Problem.passing(Kind.RATE, "this virtual key has used its requests of this minute", 5);
            case TOKENS_PER_MINUTE ->
                Problem.passing(Kind.RATE, "this virtual key has used its tokens of this minute", 5);
        };
    }

    private static Problem budget(Money hold, @Nullable BudgetBalance balance, @Nullable Estimate estimate) {
        Map<String, String> details = new TreeMap<>();
        details.put("worst_case_cost", hold.toString());
        StringBuilder message = new StringBuilder("the budget is exhausted: this call may cost up to ").append(hold);
        if (balance != null) {
            Money available = balance.available();
            details.put("limit", balance.budget().limit().toString());
            details.put("window", balance.budget().window().name().toLowerCase(java.util.Locale.ROOT));
            details.put("spent", balance.spent().toString());
            details.put("held", balance.held().toString());
            details.put("unresolved", balance.unresolved().toString());
            details.put("available", available.toString());
            if (balance.windowEnd() != null) {
                details.put("window_end", balance.windowEnd().toString());
            }
            message.append("; ")
                    .append(available)
                    .append(" of ")
                    .append(balance.budget().limit())
                    .append(" is available")
                    .append(balance.windowEnd() == null ? "" : " until " + balance.windowEnd());
            long fits = estimate == null ? 0 : estimate.fitting(available);
            if (fits > 0) {
                details.put("max_tokens_that_fit", Long.toString(fits));
                message.append("; max_tokens of at most ").append(fits).append(" would fit");
            }
        }
        return Problem.lasting(Kind.BUDGET, message.toString(), details);
    }
}
