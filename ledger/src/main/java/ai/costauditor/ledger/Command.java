package ai.costauditor.ledger;

/**
 * Something that the ledger is asked to do. Time and ids come in with the command: nothing in the domain reads a
 * clock or a random source.
 *
 * @param <R> what the ledger answers once the decision is durable
 */
public interface Command<R> {

    /** The stream of events (one aggregate) that decides. */
    String stream();
}
