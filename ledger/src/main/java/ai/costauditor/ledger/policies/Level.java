package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;

/** Something whose policy a call has to pass: its key, or what is above it. */
public record Level(ScopeType scopeType, String scopeId) {

    static Level of(Scope scope) {
        return new Level(scope.type(), scope.id());
    }
}
