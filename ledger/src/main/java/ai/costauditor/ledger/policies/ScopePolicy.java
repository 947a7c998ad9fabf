package ai.costauditor.ledger.policies;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.policies.PolicyCommand.RecordCounts;
import ai.costauditor.ledger.policies.PolicyCommand.SetPolicy;
import ai.costauditor.ledger.policies.PolicyEvent.Counted;
import ai.costauditor.ledger.policies.PolicyEvent.Counts;
import ai.costauditor.ledger.policies.PolicyEvent.PolicySet;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What the keys below a project, team or organisation may do, and what they have done of it in the last minute. The calls of
 * a batch are checked against what the events say plus what the batch has counted so far; at its end that becomes one event.
 * The version of this stream is what makes two processes collide instead of both allowing the last request of a minute.
 */
@AggregateRoot(type = "policy")
@SuppressWarnings("NullAway.Init") // the first event of a stream is PolicySet
class ScopePolicy {

    @AggregateIdentifier
    private String id;

    private Scope scope;
    private Policy policy;
    private Rates rates = new Rates();
    private long open;

    /** Of the running batch; gone with the aggregate if the batch fails. */
    private @Nullable Rates counting;

    private long opening;

    ScopePolicy() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Scope handle(SetPolicy c, PolicyTerms terms, KeyCounts keys) {
        if (c.scope().type() == ScopeType.USER) {
            throw new RuleViolated(
                    RuleViolated.Code.INVALID, "a policy is set on a key, project, team or organisation");
        }
        if (!c.policy().equals(policy == null ? Policy.NOTHING : policy)) {
            terms.changes(c.scope(), c.policy());
            Counts already = c.policy().counts()
                    ? keys.of(c.scope(), terms.changedPlace(c.scope().organisation()))
                    : null;
            apply(new PolicySet(c.scope(), c.policy(), already, c.change()));
        }
        return c.scope();
    }

    @CommandHandler
    Scope handle(RecordCounts c) {
        Counts counts = new Counts(counting == null ? java.util.List.of() : counting.state(), opening);
        if (!counts.isNothing()) {
            apply(new Counted(scope, counts));
        }
        return c.scope();
    }

    // --- inside a batch ---

    long openCalls() {
        return open + opening;
    }

    RateLimits limits(Instant at) {
        if (policy.requestsPerMinute() == null && policy.tokensPerMinute() == null) {
            return RateLimits.NONE;
        }
        Rates all = rates;
        if (counting != null) {
            all = rates.copy();
            counting.state().forEach(all::add);
        }
        return all.limits(policy, at);
    }

    void authorised(Instant at) {
        if (policy.requestsPerMinute() != null) {
            counting().authorised(at);
        }
        if (policy.parallelCalls() != null) {
            opening++;
        }
    }

    void ended() {
        if (policy.parallelCalls() != null) {
            opening--;
        }
    }

    void used(long tokens, Instant at) {
        if (policy.tokensPerMinute() != null) {
            counting().settled(tokens, at);
        }
    }

    private Rates counting() {
        if (counting == null) {
            counting = new Rates();
        }
        return counting;
    }

    // --- state ---

    @EventSourcingHandler
    void on(PolicyEvent event) {
        switch (event) {
            case PolicySet e -> {
                id = PolicyCommand.streamOf(e.scope());
                scope = e.scope();
                policy = e.policy();
                rates = new Rates();
                open = 0;
                add(e.opening());
            }
            case Counted e -> add(e.counts());
        }
    }

    private void add(@Nullable Counts counts) {
        if (counts != null) {
            counts.seconds().forEach(rates::add);
            open += counts.open();
        }
        counting = null;
        opening = 0;
    }

    /** The state, so that an old policy loads quickly. */
    record Snapshot(Scope scope, Policy policy, Counts counts) {}

    Snapshot snapshot() {
        return new Snapshot(scope, policy, new Counts(rates.state(), open));
    }

    static ScopePolicy from(Snapshot snapshot) {
        ScopePolicy restored = new ScopePolicy();
        restored.id = PolicyCommand.streamOf(snapshot.scope());
        restored.scope = snapshot.scope();
        restored.policy = snapshot.policy();
        restored.add(snapshot.counts());
        return restored;
    }
}
