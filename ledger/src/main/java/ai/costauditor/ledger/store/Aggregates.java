package ai.costauditor.ledger.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Lets a decision look at other aggregates of the same batch. Only inside a decision, only by the writer. */
public final class Aggregates {

    private final Map<Class<?>, CachedAggregates<?>> kinds = new HashMap<>();

    Aggregates() {}

    <T> void add(Class<T> type, CachedAggregates<T> aggregates) {
        kinds.put(type, aggregates);
    }

    /** @throws ai.costauditor.ledger.RuleViolated if there is no such aggregate */
    @SuppressWarnings("unchecked") // added under its own type
    public <T, R> R ask(Class<T> type, String stream, Function<T, R> question) {
        CachedAggregates<T> aggregates = (CachedAggregates<T>) kinds.get(type);
        if (aggregates == null) {
            throw new IllegalStateException("not an aggregate of this ledger: " + type);
        }
        return aggregates.load(stream).invoke(question);
    }
}
