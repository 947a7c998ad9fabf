package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.policies.RateLimits.Standing;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says why a call was refused, and what would have fitted. */
final class Refusals {

    private Refusals() {}

    static Problem problem(Call call, Refused refused, @Nullable Estimate estimate) {
        String model = call.model();
        return switch (refused.reason()) {
            case KEY_REVOKED -> Problem.of(Kind.INVALID_KEY, "this virtual key was revoked");
            case KEY_SUSPENDED -> Problem.of(Kind.NOT_ALLOWED, "this virtual key is suspended");
            case MODEL_NOT_ALLOWED -> notAllowed("the model " + model, refused.level());
            case PROVIDER_NOT_ALLOWED -> notAllowed(call.provider().name(), refused.level());
            case ENDPOINT_NOT_ALLOWED -> notAllowed(call.format().endpoint(), refused.level());
            case UNPRICED_MODEL ->
                Problem.of(
                        Kind.UNKNOWN_MODEL,
                        "no price is known for the model " + model + " of "
                                + call.provider().name() + ", and this virtual key has a hard budget");
            case BUDGET_EXHAUSTED -> budget(refused.hold(), refused.balance(), estimate);
            case PARALLEL_CALLS -> tooMany("calls are running", refused.level(), 1);
            case REQUESTS_PER_MINUTE ->
                tooMany("requests were made in the last minute", refused.level(), wait(call, RateLimits::requests));
            case TOKENS_PER_MINUTE ->
                tooMany("tokens were used in the last minute", refused.level(), wait(call, RateLimits::tokens));
        };
    }

    private static Problem notAllowed(String what, @Nullable Level level) {
        return new Problem(Kind.NOT_ALLOWED, policyOf(level) + " does not allow " + what, details(level), null, null);
    }

    private static Problem tooMany(String what, @Nullable Level level, int retryAfter) {
        return new Problem(
                Kind.RATE, "as many " + what + " as " + policyOf(level) + " allows", details(level), null, retryAfter);
    }

    /** @param level none for the key's own */
    static String policyOf(@Nullable Level level) {
        return level == null || level.scopeType() == ScopeType.KEY
                ? "the policy of this virtual key"
                : "the policy of the " + type(level) + " " + level.scopeId();
    }

    private static Map<String, String> details(@Nullable Level level) {
        return level == null
                ? Map.of("policy_of", "key")
                : Map.of("policy_of", type(level), "policy_of_id", level.scopeId());
    }

    private static String type(Level level) {
        return level.scopeType().name().toLowerCase(Locale.ROOT);
    }

    private static int wait(Call call, Function<RateLimits, @Nullable Standing> which) {
        Standing standing = call.limits() == null ? null : which.apply(call.limits());
        return standing == null ? 1 : standing.retryAfter(call.startedAt());
    }

    private static Problem budget(Money hold, @Nullable BudgetBalance balance, @Nullable Estimate estimate) {
        Map<String, String> details = new TreeMap<>();
        details.put("worst_case_cost", hold.toString());
        StringBuilder message = new StringBuilder("the budget is exhausted: this call may cost up to ").append(hold);
        if (balance != null) {
            Money available = balance.available();
            details.put("limit", balance.budget().limit().toString());
            details.put("window", balance.budget().window().name().toLowerCase(Locale.ROOT));
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
