package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.policies.PolicyCommand.RecordCounts;
import ai.costauditor.ledger.store.Aggregates;
import ai.costauditor.ledger.store.EndOfBatch;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/** Knows inside a batch what the policies above a key say, and keeps what the batch counts under them. */
final class CountedPolicies implements ScopePolicies, EndOfBatch {

    private static final String BATCH = CountedPolicies.class.getName();

    private final PolicyTerms terms;
    private final Aggregates aggregates;

    CountedPolicies(PolicyTerms terms, Aggregates aggregates) {
        this.terms = terms;
        this.aggregates = aggregates;
    }

    private static final class Batch {
        final Set<Scope> counted = new LinkedHashSet<>();
        boolean broken;
    }

    private static Batch batch() {
        return Objects.requireNonNull(CurrentUnitOfWork.get().root().getOrComputeResource(BATCH, key -> new Batch()));
    }

    private record InBatch(Scope scope, Policy policy, Aggregates aggregates) implements Above {

        @Override
        public Level level() {
            return Level.of(scope);
        }

        @Override
        public long openCalls() {
            return ask(ScopePolicy::openCalls);
        }

        @Override
        public RateLimits limits(Instant at) {
            return policy.counts() ? ask(counted -> counted.limits(at)) : RateLimits.NONE;
        }

        private <R> R ask(Function<ScopePolicy, R> question) {
            return aggregates.ask(ScopePolicy.class, PolicyCommand.streamOf(scope), question);
        }
    }

    @Override
    public List<Above> above(Attribution attribution) {
        Map<Scope, Policy> all = terms.policies(attribution.organisation());
        if (all.isEmpty()) {
            return List.of();
        }
        return Scope.of(attribution).stream()
                .filter(scope -> scope.type() != ScopeType.USER && all.containsKey(scope))
                .<Above>map(scope -> new InBatch(scope, Objects.requireNonNull(all.get(scope)), aggregates))
                .toList();
    }

    @Override
    public void authorised(Attribution attribution, Instant at) {
        count(
                attribution,
                policy -> policy.requestsPerMinute() != null || policy.parallelCalls() != null,
                policy -> policy.authorised(at));
    }

    @Override
    public void ended(Attribution attribution) {
        count(attribution, policy -> policy.parallelCalls() != null, ScopePolicy::ended);
    }

    @Override
    public void used(Attribution attribution, long tokens, Instant at) {
        count(attribution, policy -> policy.tokensPerMinute() != null, policy -> policy.used(tokens, at));
    }

    /** Where it is not limited it is not counted: no event, and no look at the stream. */
    private void count(Attribution attribution, Predicate<Policy> limits, Consumer<ScopePolicy> change) {
        Map<Scope, Policy> all = terms.policies(attribution.organisation());
        if (all.isEmpty()) {
            return;
        }
        Batch batch = batch();
        for (Scope scope : Scope.of(attribution)) {
            Policy policy = all.get(scope);
            if (policy != null && limits.test(policy)) {
                CurrentUnitOfWork.get().onRollback(failed -> batch.broken = true);
                batch.counted.add(scope);
                aggregates.ask(ScopePolicy.class, PolicyCommand.streamOf(scope), counted -> {
                    change.accept(counted);
                    return scope;
                });
            }
        }
    }

    @Override
    public List<Command<?>> commands() {
        Batch batch = batch();
        if (batch.broken) {
            throw new IllegalStateException("a command failed after it had counted under a policy");
        }
        return batch.counted.stream().<Command<?>>map(RecordCounts::new).toList();
    }
}
