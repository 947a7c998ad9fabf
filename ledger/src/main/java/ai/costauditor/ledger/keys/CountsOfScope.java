package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.policies.KeyCounts;
import ai.costauditor.ledger.policies.PolicyEvent.Counts;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.store.Aggregates;
import java.util.Set;
import java.util.stream.Stream;

/** Adds up what the keys of a scope have counted, from the aggregates: slow if there are thousands, and done once. */
final class CountsOfScope implements KeyCounts {

    private final KeyDirectory directory;
    private final Aggregates aggregates;

    CountsOfScope(KeyDirectory directory, Aggregates aggregates) {
        this.directory = directory;
        this.aggregates = aggregates;
    }

    @Override
    public Counts of(Scope scope, Set<KeyId> changed) {
        Rates rates = new Rates();
        Stream<KeyId> known = directory.list(scope.organisation()).stream()
                .filter(key -> Stream.concat(Stream.of(key.attribution()), key.earlier().stream())
                        .anyMatch(place -> Scope.of(place).contains(scope)))
                .map(KeyDirectory.Entry::id);
        long open = Stream.concat(known, changed.stream())
                .distinct()
                .mapToLong(key -> aggregates.ask(VirtualKey.class, key.value(), held -> {
                    if (held.isIn(scope)) {
                        held.rates().forEach(rates::add);
                    }
                    return held.openCalls(scope);
                }))
                .sum();
        return new Counts(rates.state(), open);
    }
}
