package ai.costauditor.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Something that the ledger is asked to do. Time and ids come in with the command: nothing in the domain reads a
 * clock or a random source.
 *
 * @param <R> what the ledger answers once the decision is durable
 */
public interface Command<R> {

    /** The stream of events (one aggregate) that decides. */
    String stream();

    /**
     * What the ledger sends itself when the store is back, if it had to answer {@link LedgerUnavailable} without knowing
     * whether this command was recorded. None if nothing has to be undone.
     */
    default @Nullable Command<?> afterDoubt() {
        return null;
    }
}
