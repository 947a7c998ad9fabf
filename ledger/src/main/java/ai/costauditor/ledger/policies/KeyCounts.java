package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;

/** What the keys below a scope have counted in the last minute, and how many of their calls run. Only inside a decision. */
public interface KeyCounts {

    PolicyEvent.Counts of(Scope scope);
}
