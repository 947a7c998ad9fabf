package ai.costauditor.ledger.budgets;

import java.util.List;

/** What the keys of a scope have spent and hold, in every window; asked inside a batch when a scope gets its first limit. */
public interface KeyCounters {

    List<BudgetAccount.State> sumOver(Scope scope);
}
