package ai.costauditor.projections.policies;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.policies.Wildcards;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Judges calls of the past in their order, as the ledger would have: a call that is refused here is not counted, and neither
 * are its tokens.
 */
final class PolicyRehearsal {

    /** @param cost none if it is not known */
    record Past(
            CallId id,
            String provider,
            String endpoint,
            String model,
            Instant startedAt,
            @Nullable Instant endedAt,
            long tokens,
            @Nullable Money cost) {}

    private final Policy policy;
    private final Rates rates = new Rates();
    private final PriorityQueue<Past> running =
            new PriorityQueue<>(Comparator.comparing(call -> Objects.requireNonNullElse(call.endedAt(), Instant.MAX)));

    PolicyRehearsal(Policy policy) {
        this.policy = policy;
    }

    /** @return why it would have been refused; none if it would not */
    @Nullable Refusal judge(Past call) {
        endUntil(call.startedAt());
        Refusal refusal = refusal(call);
        if (refusal == null) {
            rates.authorised(call.startedAt());
            running.add(call);
        }
        return refusal;
    }

    private void endUntil(Instant now) {
        while (!running.isEmpty()) {
            Past first = running.peek();
            Instant ended = first.endedAt();
            if (ended == null || ended.isAfter(now)) {
                return;
            }
            running.remove();
            rates.settled(first.tokens(), ended);
        }
    }

    private @Nullable Refusal refusal(Past call) {
        if (!Wildcards.allow(policy.allowedEndpoints(), call.endpoint())) {
            return Refusal.ENDPOINT_NOT_ALLOWED;
        }
        if (!Wildcards.allow(policy.allowedProviders(), call.provider())) {
            return Refusal.PROVIDER_NOT_ALLOWED;
        }
        if (!Wildcards.allow(policy.allowedModels(), call.model())) {
            return Refusal.MODEL_NOT_ALLOWED;
        }
        if (policy.parallelCalls() != null && running.size() >= policy.parallelCalls()) {
            return Refusal.PARALLEL_CALLS;
        }
        RateLimits limits = rates.limits(policy, call.startedAt());
        if (limits.requests() != null && limits.requests().remaining() == 0) {
            return Refusal.REQUESTS_PER_MINUTE;
        }
        return limits.tokens() != null && limits.tokens().remaining() == 0 ? Refusal.TOKENS_PER_MINUTE : null;
    }
}
