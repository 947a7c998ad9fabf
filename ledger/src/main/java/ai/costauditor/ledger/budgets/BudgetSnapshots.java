package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.store.AggregateKind;

/** How the state of a budget is kept as JSON. */
final class BudgetSnapshots implements AggregateKind.Snapshots<Budget> {

    @Override
    public String name() {
        return "budget.snapshot.2";
    }

    @Override
    public Class<?> format() {
        return Budget.Snapshot.class;
    }

    @Override
    public Object take(Budget budget) {
        return budget.snapshot();
    }

    @Override
    public Budget restore(Object snapshot) {
        return Budget.from((Budget.Snapshot) snapshot);
    }
}
