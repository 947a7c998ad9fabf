package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.policies.ScopePolicies.Above;
import ai.costauditor.ledger.policies.Wildcards;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a key may do under its own policy and those above it: every one of them has to allow a call. */
record Permission(Policy own, List<Above> above) {

    /** @param level above the key; none if it is the key's own doing */
    record Denied(Refusal reason, @Nullable Level level) {

        static Denied by(Refusal reason) {
            return new Denied(reason, null);
        }
    }

    /** The strictest. */
    Policy.Enforcement enforcement() {
        Policy.Enforcement strictest = own.enforcement();
        for (Above policy : above) {
            strictest = strictest.strictest(policy.policy().enforcement());
        }
        return strictest;
    }

    boolean clamps() {
        return own.clamps() || above.stream().anyMatch(policy -> policy.policy().clamps());
    }

    /** The reason that lasts longest, and of equal ones the nearest to the key. */
    @Nullable Denied denied(CallRequest request, int openCalls, Rates rates, Instant at) {
        Denied lasting = first(policy -> lasting(policy, request));
        if (lasting != null) {
            return lasting;
        }
        if (own.parallelCalls() != null && openCalls >= own.parallelCalls()) {
            return Denied.by(Refusal.PARALLEL_CALLS);
        }
        for (Above policy : above) {
            Integer most = policy.policy().parallelCalls();
            if (most != null && policy.openCalls() >= most) {
                return new Denied(Refusal.PARALLEL_CALLS, policy.level());
            }
        }
        Refusal tooFast = tooFast(rates.limits(own, at));
        if (tooFast != null) {
            return Denied.by(tooFast);
        }
        for (Above policy : above) {
            tooFast = tooFast(policy.limits(at));
            if (tooFast != null) {
                return new Denied(tooFast, policy.level());
            }
        }
        return null;
    }

    private @Nullable Denied first(Function<Policy, @Nullable Refusal> rule) {
        Refusal refusal = rule.apply(own);
        if (refusal != null) {
            return Denied.by(refusal);
        }
        for (Above policy : above) {
            refusal = rule.apply(policy.policy());
            if (refusal != null) {
                return new Denied(refusal, policy.level());
            }
        }
        return null;
    }

    private static @Nullable Refusal lasting(Policy policy, CallRequest request) {
        if (!Wildcards.allow(policy.allowedEndpoints(), request.endpoint())) {
            return Refusal.ENDPOINT_NOT_ALLOWED;
        }
        if (!Wildcards.allow(policy.allowedProviders(), request.provider())) {
            return Refusal.PROVIDER_NOT_ALLOWED;
        }
        return !request.namesModel() || Wildcards.allow(policy.allowedModels(), request.model())
                ? null
                : Refusal.MODEL_NOT_ALLOWED;
    }

    private static @Nullable Refusal tooFast(RateLimits limits) {
        if (limits.requests() != null && limits.requests().remaining() == 0) {
            return Refusal.REQUESTS_PER_MINUTE;
        }
        return limits.tokens() != null && limits.tokens().remaining() == 0 ? Refusal.TOKENS_PER_MINUTE : null;
    }

    /** The tightest; none without any. */
    @Nullable RateLimits limits(Rates rates, Instant at) {
        if (above.isEmpty() && own.requestsPerMinute() == null && own.tokensPerMinute() == null) {
            return null;
        }
        RateLimits tightest = rates.limits(own, at);
        for (Above policy : above) {
            tightest = tightest.and(policy.limits(at));
        }
        return tightest.orNone();
    }
}
