package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.store.Replay;

/** Lets the check see a budget as the budget sees itself. */
public final class BudgetReplay {

    private BudgetReplay() {}

    public static Replay<?> begin() {
        return new Replay<>(new Budget(), (budget, event) -> budget.on((BudgetEvent) event), new BudgetSnapshots());
    }
}
