package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clears up after owners that did not answer. A call that was authorised here after all is the same call for whoever decides
 * it again. One that was not may still be authorised by the owner, if it was only slow; nobody would use that hold, so it is
 * released when the owner cannot decide it any more.
 */
final class Doubts implements AutoCloseable {

    /** More than the owner waits, plus the longest time that a transaction can be open, plus clocks that differ. */
    static final Duration UNTIL_DECIDED = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final Duration untilDecided;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cluster-doubts").factory());

    Doubts(Ledger ledger, Duration untilDecided) {
        this.ledger = ledger;
        this.untilDecided = untilDecided;
    }

    /** @param answer what the caller is told; none if it is a failure */
    void noteUnlessItStands(Command<?> command, @Nullable Object answer) {
        Command<?> undo = command.afterDoubt();
        if (undo != null && !(answer instanceof Authorised)) {
            undoLater(undo);
        }
    }

    private void undoLater(Command<?> undo) {
        if (!later.isShutdown()) {
            later.schedule(() -> undo(undo), untilDecided.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void undo(Command<?> undo) {
        ledger.submit(undo).whenComplete((answer, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof LedgerUnavailable) {
                undoLater(undo);
            }
        });
    }

    /** What is left ends as unresolved, because its holds name this process. */
    @Override
    public void close() {
        later.shutdownNow();
    }
}
