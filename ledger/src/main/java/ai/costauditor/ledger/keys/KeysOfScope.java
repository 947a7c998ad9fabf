package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.BudgetAccount.State;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.KeyCounters;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.store.Aggregates;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Adds up the counters of all keys of a scope, from the aggregates: exact, and slow if there are thousands. */
final class KeysOfScope implements KeyCounters {

    private final KeyDirectory directory;
    private final Aggregates aggregates;

    KeysOfScope(KeyDirectory directory, Aggregates aggregates) {
        this.directory = directory;
        this.aggregates = aggregates;
    }

    private record Window(BudgetWindow window, Instant start) {}

    @Override
    public List<State> sumOver(Scope scope, Set<KeyId> changed) {
        Map<Window, State> sums = new LinkedHashMap<>();
        Stream<KeyId> known = directory.list(scope.organisation()).stream()
                .filter(key -> Stream.concat(Stream.of(key.attribution()), key.earlier().stream())
                        .anyMatch(attribution -> Scope.of(attribution).contains(scope)))
                .map(KeyDirectory.Entry::id);
        Stream.concat(known, changed.stream())
                .distinct()
                .flatMap(key -> aggregates.ask(VirtualKey.class, key.value(), held -> held.counters(scope)).stream())
                .forEach(state -> sums.merge(new Window(state.window(), state.start()), state, KeysOfScope::plus));
        return List.copyOf(sums.values());
    }

    private static State plus(State a, State b) {
        Money spent = a.spent().plus(b.spent());
        return new State(
                a.window(),
                a.start(),
                spent,
                a.held().plus(b.held()),
                a.unresolved().plus(b.unresolved()));
    }
}
