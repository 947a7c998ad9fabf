package ai.costauditor.ledger;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The one way to change anything: send a command, get its answer when it is durable. */
public interface Ledger {

    /**
     * Sends the command. The future completes after the commit, so an answer is never about something that a crash
     * could undo.
     *
     * <p>It fails with {@link RuleViolated} when the command makes no sense for the state it meets, and with {@link
     * LedgerUnavailable} when nothing could be recorded (the caller must then forward nothing).
     */
    <R> CompletableFuture<R> submit(Command<R> command);

    /** {@link #submit} and wait; made for virtual threads. */
    default <R> R execute(Command<R> command) {
        try {
            return submit(command).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
