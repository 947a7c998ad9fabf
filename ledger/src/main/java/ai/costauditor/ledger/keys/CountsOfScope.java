package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.policies.KeyCounts;
import ai.costauditor.ledger.policies.PolicyEvent.Counts;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.store.Aggregates;
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
    public Counts of(Scope scope) {
        Rates rates = new Rates();
        long open = 0;
        for (KeyDirectory.Entry key : directory.list(scope.organisation())) {
            if (Stream.concat(Stream.of(key.attribution()), key.earlier().stream())
                    .anyMatch(place -> Scope.of(place).contains(scope))) {
                boolean isHere = Scope.of(key.attribution()).contains(scope);
                open += aggregates.ask(VirtualKey.class, key.id().value(), held -> {
                    if (isHere) {
                        held.rates().forEach(rates::add);
                    }
                    return held.openCalls(scope);
                });
            }
        }
        return new Counts(rates.state(), open);
    }
}
