package ai.costauditor.ledger.model;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetCommand;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.BudgetEvent.LimitsSet;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyId;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The whole ledger in plain collections, one command after the other. */
final class Model {

    private final ZoneId zone;
    private final Map<KeyId, ModelKey> keys = new LinkedHashMap<>();
    private final Map<Scope, ModelScope> scopes = new LinkedHashMap<>();

    Model(ZoneId zone) {
        this.zone = zone;
    }

    private ModelScope scope(Scope scope) {
        return scopes.computeIfAbsent(scope, of -> new ModelScope(of, zone));
    }

    Sums sums(Scope of) {
        return scope(of).sums;
    }

    long open() {
        return keys.values().stream().mapToLong(ModelKey::open).sum();
    }

    void wasForgotten() {
        keys.values().forEach(ModelKey::wasForgotten);
    }

    /** @throws RuleViolated as the caller must have got it */
    Plan plan(Command<?> command) {
        return switch (command) {
            case KeyCommand<?> c -> planForKey(c);
            case BudgetCommand<?> c -> planForScope(c);
            default -> throw new IllegalArgumentException(command.toString());
        };
    }

    private Plan planForKey(KeyCommand<?> command) {
        ModelKey key = keys.get(command.key());
        if (key != null) {
            return key.plan(command);
        }
        if (command instanceof IssueKey c) {
            ModelKey.requireOneLimitPerWindow(c.budgets());
            return Plan.records(() -> {
                keys.put(c.key(), new ModelKey(c, this::scope));
                return new Plan.Outcome(c.key(), List.of(ModelKey.event(c)));
            });
        }
        throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "says the model");
    }

    private Plan planForScope(BudgetCommand<?> command) {
        ModelScope scope = scope(command.scope());
        return switch (command) {
            case BudgetCommand.SetLimits c -> {
                if (c.limits().equals(scope.limits)) {
                    yield Plan.onlyAnswers(c::scope);
                }
                yield Plan.records(() -> {
                    boolean opens = !scope.isLimited();
                    if (opens) {
                        scope.open();
                    }
                    scope.exists = true;
                    scope.limits = c.limits();
                    return new Plan.Outcome(
                            c.scope(),
                            List.of(new LimitsSet(
                                    c.scope(), c.limits(), c.zone(), opens ? List.of() : null, c.change())));
                });
            }
            case BudgetCommand.TellBalances c -> {
                if (!scope.exists) {
                    throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "says the model");
                }
                yield Plan.onlyAnswers(() -> scope.balances(c.at()));
            }
            case BudgetCommand.RecordMoves c -> throw new IllegalArgumentException("only the writer sends " + c);
        };
    }

    /** By stream: what the writer records of the scopes when it commits. */
    Map<String, List<BudgetEvent>> endOfBatch() {
        Map<String, List<BudgetEvent>> events = new LinkedHashMap<>();
        for (ModelScope scope : scopes.values()) {
            List<BudgetEvent> ofScope = scope.endOfBatch();
            if (!ofScope.isEmpty()) {
                events.put(new BudgetCommand.RecordMoves(scope.scope).stream(), ofScope);
            }
        }
        return events;
    }
}
