package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.RuleViolated;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.NullUnmarked;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the writer decides about when the writer itself is examined: sums in memory, which are undone with the batch, as
 * aggregates are. Every so many commits one fails, so that batches are taken apart.
 */
@NullUnmarked
final class CountersInMemory {

    /** A larger one is refused. */
    static final int LARGEST = 1000;

    record Add(String stream, int n) implements Command<Integer> {}

    private final int failEvery;
    private final boolean undone;
    private final Map<String, Integer> sums = new HashMap<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger failedCommits = new AtomicInteger();

    /**
     * @param failEvery more than commands can be in a batch, so that the second try of each succeeds
     * @param undone false for sums that keep what a failed batch added, which must be found out
     */
    CountersInMemory(int failEvery, boolean undone) {
        this.failEvery = failEvery;
        this.undone = undone;
    }

    GroupCommit writer() {
        SimpleCommandBus bus = SimpleCommandBus.builder().build();
        bus.subscribe(Add.class.getName(), this::handle);
        GroupCommit writer = new GroupCommit(
                bus,
                List.of(),
                List.of(),
                () -> transaction(commits.incrementAndGet() % failEvery == 0),
                new PGSimpleDataSource(),
                new CommitMeters(new SimpleMeterRegistry()));
        writer.start();
        return writer;
    }

    int commits() {
        return commits.get();
    }

    int failedCommits() {
        return failedCommits.get();
    }

    /** To be asked when the writer has stopped. */
    int sum(String stream) {
        return sums.getOrDefault(stream, 0);
    }

    private Transaction transaction(boolean fails) {
        return new Transaction() {
            @Override
            public void commit() {
                if (fails) {
                    failedCommits.incrementAndGet();
                    throw new IllegalStateException("this commit fails");
                }
            }

            @Override
            public void rollback() {}
        };
    }

    private Object handle(CommandMessage<?> message) {
        Add add = (Add) message.getPayload();
        int before = sum(add.stream());
        if (add.n() > LARGEST) {
            throw new RuleViolated(RuleViolated.Code.CONFLICT, "not from " + before);
        }
        if (undone) {
            UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
            Map<String, Integer> beforeTheBatch = batch.getOrComputeResource("before", key -> undoneWith(batch));
            beforeTheBatch.putIfAbsent(add.stream(), before);
        }
        sums.put(add.stream(), before + add.n());
        return before + add.n();
    }

    private Map<String, Integer> undoneWith(UnitOfWork<?> batch) {
        Map<String, Integer> before = new HashMap<>();
        batch.onRollback(failed -> sums.putAll(before));
        return before;
    }
}
