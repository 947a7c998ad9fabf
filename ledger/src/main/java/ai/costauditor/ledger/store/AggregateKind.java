package ai.costauditor.ledger.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of aggregate joins the ledger; a feature declares one bean of it, so that the aggregate itself can stay
 * package-private.
 *
 * @param snapshots how to remember the state of an old stream; none if its streams stay short
 * @param resources what its command handlers may ask for as further parameters
 */
public record AggregateKind<T>(Class<T> type, @Nullable Snapshots<T> snapshots, List<Object> resources) {

    public static <T> AggregateKind<T> of(Class<T> type) {
        return new AggregateKind<>(type, null, List.of());
    }

    /** State that lets an old stream load quickly; a cache, never evidence. */
    public interface Snapshots<T> {

        /** Stored name of the snapshot; another name makes the old ones useless, which is how a format changes. */
        String name();

        /** The record that is stored as JSON. */
        Class<?> format();

        /** An immutable copy of the state. */
        Object take(T aggregate);

        T restore(Object snapshot);
    }
}
