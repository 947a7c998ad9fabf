package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.store.AggregateKind;

/** How the state of a policy is kept as JSON. */
final class ScopePolicySnapshots implements AggregateKind.Snapshots<ScopePolicy> {

    @Override
    public String name() {
        return "policy.snapshot.1";
    }

    @Override
    public Class<?> format() {
        return ScopePolicy.Snapshot.class;
    }

    @Override
    public Object take(ScopePolicy policy) {
        return policy.snapshot();
    }

    @Override
    public ScopePolicy restore(Object snapshot) {
        return ScopePolicy.from((ScopePolicy.Snapshot) snapshot);
    }
}
