package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** The ledger of this process alone, for those who bring it commands from other processes. */
public interface Writer extends Ledger {

    /**
     * As {@link #submit}, for a caller in another process, who clears up its own doubts: what cannot be recorded is
     * forgotten here.
     *
     * @param until wall-clock time (UTC) after which the caller has gone on without an answer, so that it is not decided any
     *     more
     */
    <R> CompletableFuture<R> submitForAnother(Command<R> command, Instant until);

    /**
     * Before the next batch, what is kept in memory of these streams is dropped: another process writes to them from now on.
     */
    void forget(Predicate<String> streams);
}
