package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.KeyId;
import java.util.Set;

/** What the keys below a scope have counted in the last minute, and how many of their calls run. Only inside a decision. */
public interface KeyCounts {

    /** @param changed keys that the running batch has issued or moved, which no directory knows yet */
    PolicyEvent.Counts of(Scope scope, Set<KeyId> changed);
}
