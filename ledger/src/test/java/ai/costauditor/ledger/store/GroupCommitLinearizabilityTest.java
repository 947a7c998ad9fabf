package ai.costauditor.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.TimeOrderedIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Lincheck makes small programs for a few threads at random, runs each hundreds of times, and looks for an order of one
 * command after the other that explains all the answers. Two of five commits fail, so batches are taken apart as well. The
 * state here is in memory, because what is examined is the writer: its queue, its batches, its second tries.
 */
@NullUnmarked
class GroupCommitLinearizabilityTest {

    @Test
    void theAnswersAreThoseOfOneCommandAfterTheOther() {
        new StressOptions()
                .iterations(25)
                .invocationsPerIteration(200)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(OneAfterTheOther.class)
                .check(Counted.class);
        assertThat(Counters.failedCommits.get()).as("commits that failed").isPositive();
    }

    @Test
    void everyCommandIsAnsweredAlsoWhileTheWriterStops() throws Exception {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        List<Thread> closing = new ArrayList<>();
        List<GroupCommit> writers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            writers.add(Counters.writer());
        }
        for (GroupCommit writer : writers) {
            closing.add(Thread.ofPlatform().start(() -> {
                try {
                    writer.close();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        while (closing.stream().anyMatch(Thread::isAlive)) {
            for (GroupCommit writer : writers) {
                answers.add(writer.submit(new Add("counter_" + answers.size(), 1)));
            }
            Thread.onSpinWait();
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .handle((all, failure) -> true)
                .get(10, TimeUnit.SECONDS);
        assertThat(answers).allMatch(CompletableFuture::isDone);
    }

    /** What the threads do. */
    @Param(name = "n", gen = IntGen.class, conf = "1:9")
    public static class Counted {

        private static final GroupCommit WRITER = Counters.writer();
        private final String stream = "counter_" + TimeOrderedIds.next();

        @Operation
        public int add(@Param(name = "n") int n) {
            return WRITER.submit(new Add(stream, n)).join();
        }

        @Operation
        public String addTooMuch(@Param(name = "n") int n) {
            try {
                return "added: " + WRITER.submit(new Add(stream, 1000 * n)).join();
            } catch (CompletionException e) {
                return e.getCause().getMessage();
            }
        }
    }

    /** What they must see. */
    public static class OneAfterTheOther {

        private int sum;

        public int add(int n) {
            sum += n;
            return sum;
        }

        public String addTooMuch(int n) {
            return "not from " + sum;
        }
    }

    record Add(String stream, int n) implements Command<Integer> {}

    /** Undone with the batch, as aggregates are. */
    private static final class Counters {

        static final AtomicInteger failedCommits = new AtomicInteger();

        private final Map<String, Integer> sums = new HashMap<>();

        static GroupCommit writer() {
            Counters counters = new Counters();
            SimpleCommandBus bus = SimpleCommandBus.builder().build();
            bus.subscribe(Add.class.getName(), counters::handle);
            AtomicInteger commits = new AtomicInteger();
            GroupCommit writer = new GroupCommit(
                    bus,
                    List.of(),
                    List.of(),
                    () -> transaction(commits.incrementAndGet() % 5),
                    new PGSimpleDataSource(),
                    new CommitMeters(new SimpleMeterRegistry()));
            writer.start();
            return writer;
        }

        /** Never two in a row, so that the second try of a command succeeds. */
        private static Transaction transaction(int number) {
            return new Transaction() {
                @Override
                public void commit() {
                    if (number == 1 || number == 3) {
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
            int before = sums.getOrDefault(add.stream(), 0);
            if (add.n() >= 1000) {
                throw new RuleViolated(RuleViolated.Code.CONFLICT, "not from " + before);
            }
            UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
            Map<String, Integer> beforeTheBatch = batch.getOrComputeResource("before", key -> undoneWith(batch));
            beforeTheBatch.putIfAbsent(add.stream(), before);
            sums.put(add.stream(), before + add.n());
            return before + add.n();
        }

        private Map<String, Integer> undoneWith(UnitOfWork<?> batch) {
            Map<String, Integer> before = new HashMap<>();
            batch.onRollback(failed -> sums.putAll(before));
            return before;
        }
    }
}
