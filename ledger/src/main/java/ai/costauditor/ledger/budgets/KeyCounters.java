package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.keys.KeyId;
import java.util.List;
import java.util.Set;

/** What the keys of a scope have spent and hold, in every window; asked inside a batch when a scope gets its first limit. */
public interface KeyCounters {

    /** @param changed keys that the running batch has issued or moved, which no directory knows yet */
    List<BudgetAccount.State> sumOver(Scope scope, Set<KeyId> changed);
}
