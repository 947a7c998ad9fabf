package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer takes every command that has arrived, lets the aggregates decide, commits once, and then answers all. A
 * command that breaks a rule undoes only itself; if the commit fails, each command is tried again alone, so that one
 * cannot fail its neighbours.
 */
final class GroupCommit implements Writer, AutoCloseable {

    /** Large enough for every client that waits at once, small enough to keep a transaction short. */
    static final int LARGEST_BATCH = 512;

    /** How often a command that lost against another process is decided again. */
    private static final int LOST_RACES = 10;

    /** Every connection of the pool may be dead without knowing it; each is found out at once. */
    private static final int DEAD_CONNECTIONS = 25;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Who loses every race against another process would never be done with what was submitted before it was stopped. */
    private static final Duration LAST_TRIES = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final CommandBus decisions;
    private final List<CachedAggregates<?>> aggregates;
    private final List<EndOfBatch> endOfBatch;
    private final TransactionManager transactions;
    private final CommitMeters meters;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();

    private final AfterDoubt afterDoubt;

    private final AtomicReference<@Nullable Predicate<String>> toForget = new AtomicReference<>();

    private final Thread writer = Thread.ofPlatform().name("ledger-writer").unstarted(this::write);
    private volatile boolean closed;
    private volatile long closedAt;

    GroupCommit(
            CommandBus decisions,
            List<CachedAggregates<?>> aggregates,
            List<EndOfBatch> endOfBatch,
            TransactionManager transactions,
            DataSource dataSource,
            CommitMeters meters) {
        this.decisions = decisions;
        this.aggregates = aggregates;
        this.endOfBatch = endOfBatch;
        this.transactions = transactions;
        this.afterDoubt = new AfterDoubt(dataSource, command -> queue.add(Pending.of(command, For.OURSELVES)));
        this.meters = meters;
        meters.watch(queue);
    }

    void start() {
        writer.start();
        afterDoubt.start();
    }

    /** Everything that was submitted before is decided first, as far as there is time. */
    @Override
    public void close() throws InterruptedException {
        closedAt = System.nanoTime();
        closed = true;
        writer.join();
        // was not decided in time, or came when the writer had seen an empty queue for the last time and had not ended
        // yet
        for (Pending late = queue.poll(); late != null; late = queue.poll()) {
            late.hasStopped();
        }
        afterDoubt.close();
        for (CachedAggregates<?> kind : aggregates) {
            kind.close();
        }
    }

    private enum For {
        A_CALLER,
        /** Who clears up its own doubts. */
        ANOTHER_PROCESS,
        /** Nobody waits for it, so it is tried until it can be recorded. */
        OURSELVES
    }

    /** A command and its answer: first what was decided, then, after the commit, what the caller learns. */
    private static final class Pending {
        final Command<?> command;
        final CompletableFuture<Object> answer = new CompletableFuture<>();

        /** A commit was tried and its outcome is not known. */
        boolean inDoubt;

        @Nullable Object decided;

        @Nullable Throwable refused;

        final For whom;

        /** When whoever waits has gone on without an answer. */
        final Instant until;

        Pending(Command<?> command, For whom, Instant until) {
            this.command = command;
            this.whom = whom;
            this.until = until;
        }

        static Pending of(Command<?> command, For whom) {
            return new Pending(command, whom, Instant.MAX);
        }

        boolean isTooLate() {
            return !until.equals(Instant.MAX) && Instant.now().isAfter(until);
        }

        void cannotBeRecorded(Throwable cause) {
            answer.completeExceptionally(new LedgerUnavailable("nothing could be recorded", cause));
        }

        void hasStopped() {
            cannotBeRecorded(new IllegalStateException("the ledger has stopped"));
        }

        void tell() {
            if (refused != null) {
                answer.completeExceptionally(refused);
            } else {
                answer.complete(decided);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // an aggregate answers what its command declares
    public <R> CompletableFuture<R> submit(Command<R> command) {
        return (CompletableFuture<R>) submit(Pending.of(command, For.A_CALLER));
    }

    @Override
    @SuppressWarnings("unchecked") // an aggregate answers what its command declares
    public <R> CompletableFuture<R> submitForAnother(Command<R> command, Instant until) {
        return (CompletableFuture<R>) submit(new Pending(command, For.ANOTHER_PROCESS, until));
    }

    private CompletableFuture<Object> submit(Pending pending) {
        // callers who go on and on would keep the writer from ever stopping
        if (closed) {
            pending.hasStopped();
            return pending.answer;
        }
        queue.add(pending);
        if (closed && !writer.isAlive() && queue.remove(pending)) {
            pending.hasStopped();
        }
        return pending.answer;
    }

    private boolean isOver() {
        return closed && System.nanoTime() - closedAt > LAST_TRIES.toNanos();
    }

    private void write() {
        List<Pending> batch = new ArrayList<>(LARGEST_BATCH);
        while (!isOver()) {
            batch.clear();
            if (take(batch)) {
                forgetWhatMoved();
                commitOrRetry(batch);
            } else if (closed) {
                return;
            }
        }
    }

    @Override
    public void forget(Predicate<String> streams) {
        toForget.accumulateAndGet(streams, (before, more) -> before == null || more == null ? more : before.or(more));
    }

    private void forgetWhatMoved() {
        Predicate<String> streams = toForget.getAndSet(null);
        if (streams != null) {
            aggregates.forEach(kind -> kind.forget(streams));
        }
    }

    private boolean take(List<Pending> batch) {
        try {
            Pending first = queue.poll(100, TimeUnit.MILLISECONDS);
            if (first == null) {
                return false;
            }
            batch.add(first);
            queue.drainTo(batch, LARGEST_BATCH - 1);
            return true;
        } catch (InterruptedException e) {
            closedAt = System.nanoTime();
            closed = true;
            return false;
        }
    }

    private void commitOrRetry(List<Pending> batch) {
        Throwable failure = commit(batch);
        if (failure == null) {
            batch.forEach(Pending::tell);
            return;
        }
        if (!Failures.isLostRace(failure)) {
            LOG.warn(
                    "{} commands were not committed and are tried again one by one: {}",
                    batch.size(),
                    Failures.brief(failure));
        }
        Throwable away = null;
        for (Pending pending : batch) {
            if (isOver()) {
                pending.hasStopped();
            } else if (away == null) {
                away = retryAlone(pending);
            } else {
                cannotBeRecorded(pending, away);
            }
        }
    }

    /** @return the failure, if it says that the store cannot be reached, so that the rest need not wait for it too */
    private @Nullable Throwable retryAlone(Pending pending) {
        Throwable failure;
        int tries = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            failure = commit(List.of(pending));
            if (failure == null) {
                pending.tell();
                return null;
            }
            tries++;
        } while (tries < triesFor(failure) && System.nanoTime() < deadline && !isOver());
        cannotBeRecorded(pending, failure);
        return Failures.isAway(failure) ? failure : null;
    }

    private static int triesFor(Throwable failure) {
        if (Failures.isAway(failure)) {
            return 0;
        }
        if (Failures.isLostRace(failure)) {
            return LOST_RACES;
        }
        return Failures.isOfStore(failure) ? DEAD_CONNECTIONS : 1;
    }

    private void cannotBeRecorded(Pending pending, Throwable cause) {
        Command<?> undo = pending.command.afterDoubt();
        if (pending.inDoubt && undo != null && pending.whom != For.ANOTHER_PROCESS) {
            afterDoubt.add(undo);
        } else if (pending.whom == For.OURSELVES) {
            afterDoubt.add(pending.command);
        }
        pending.cannotBeRecorded(cause);
    }

    /** @return why nothing of the batch was recorded, or none if all of it was */
    private @Nullable Throwable commit(List<Pending> batch) {
        long start = System.nanoTime();
        boolean committing = false;
        UnitOfWork<?> root = DefaultUnitOfWork.startAndGet(null);
        try {
            root.attachTransaction(transactions);
            for (Pending pending : batch) {
                decide(pending);
            }
            decideTheEnd();
            committing = true;
            root.commit();
            meters.committed(batch.size(), System.nanoTime() - start);
            return null;
        } catch (Exception | LinkageError e) {
            if (root.isActive()) {
                root.rollback(e);
            }
            meters.failed();
            boolean inDoubt = committing && !Failures.isLostRace(e);
            batch.forEach(pending -> pending.inDoubt |= inDoubt);
            return e;
        }
    }

    private void decideTheEnd() {
        for (EndOfBatch end : endOfBatch) {
            for (Command<?> command : end.commands()) {
                Pending pending = Pending.of(command, For.A_CALLER);
                decide(pending);
                if (pending.refused != null) {
                    throw new IllegalStateException("the end of a batch was refused", pending.refused);
                }
            }
        }
    }

    /**
     * In a unit of work of its own, nested in that of the batch.
     *
     * @throws RuntimeException if the store failed, which concerns the whole batch
     */
    private void decide(Pending pending) {
        pending.decided = null;
        pending.refused = null;
        if (pending.isTooLate()) {
            pending.refused = new LedgerUnavailable("too late", new IllegalStateException("not decided any more"));
            return;
        }
        AtomicReference<RuntimeException> storeFailure = new AtomicReference<>();
        decisions.dispatch(GenericCommandMessage.asCommandMessage(pending.command), (message, result) -> {
            if (!result.isExceptional()) {
                pending.decided = result.getPayload();
                return;
            }
            Throwable cause = result.exceptionResult();
            if (Failures.isOfStore(cause)) {
                storeFailure.set(new IllegalStateException("the store failed during a decision", cause));
            } else {
                pending.refused = cause instanceof RuleViolated
                        ? cause
                        : new LedgerUnavailable("the command could not be decided", cause);
            }
        });
        RuntimeException failure = storeFailure.get();
        if (failure != null) {
            throw failure;
        }
    }
}
