package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.keys.KeyId;
import java.time.Instant;
import java.util.List;

/** Where limits stand right now, from the aggregates themselves: exact, where a read model is a moment behind. */
public interface Balances {

    /**
     * @param at which windows are meant (UTC); normally now
     * @throws ai.costauditor.ledger.RuleViolated if there is no such key
     */
    List<BudgetBalance> ofKey(KeyId key, Instant at);

    /** Empty if the scope has no limits. */
    List<BudgetBalance> ofScope(Scope scope, Instant at);
}
