package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says why a call was refused, and what would have fitted. */
final class Refusals {

    private Refusals() {}

    static Problem problem(Call call, Refused refused, Optional<PriceBound> bound) {
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
            case BUDGET_EXHAUSTED -> budget(call, refused.hold(), refused.balance(), bound);
            case PARALLEL_CALLS -> rate("too many calls of this virtual key are running");
            case REQUESTS_PER_MINUTE -> rate("this virtual key has used its requests of this minute");
            case TOKENS_PER_MINUTE -> rate("this virtual key has used its tokens of this minute");
        };
    }

    private static Problem rate(String message) {
        return Problem.of(Kind.RATE, message);
    }

    private static Problem budget(Call call, Money hold, @Nullable BudgetBalance balance, Optional<PriceBound> bound) {
        Map<String, String> details = new TreeMap<>();
        details.put("this_call_at_most", hold.toString());
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
                    .append(" is available");
            bound.flatMap(price -> fittingTokens(call, price, available)).ifPresent(tokens -> {
                details.put("max_tokens_that_fit", Long.toString(tokens));
                message.append("; max_tokens of at most ").append(tokens).append(" would fit");
            });
        }
        return new Problem(Kind.BUDGET, message.toString(), details, false);
    }

    /** The longest answer that the rest of the budget pays for, if it pays for any. */
    private static Optional<Long> fittingTokens(Call call, PriceBound price, Money available) {
        Money forOutput = available.minus(price.of(Holds.inputTokens(call.facts(), price), 0));
        if (forOutput.compareTo(Money.ZERO) <= 0 || price.outputPerMillion().signum() == 0) {
            return Optional.empty();
        }
        long tokens = forOutput
                .amount()
                .movePointRight(6)
                .divide(
                        price.outputPerMillion()
                                .multiply(BigDecimal.valueOf(call.facts().answers())),
                        0,
                        RoundingMode.FLOOR)
                .longValue();
        return tokens > 0 ? Optional.of(tokens) : Optional.empty();
    }
}
