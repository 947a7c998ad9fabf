package ai.costauditor.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.TimeOrderedIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Commands that meet in one batch, with an aggregate that can be told to misbehave. */
@NullUnmarked
class GroupCommitTest {

    private static PostgresForTests.Database database;
    private static LedgerForTests node;

    private final String counter = "counter_" + TimeOrderedIds.next();
    private final String other = "counter_" + TimeOrderedIds.next();

    @BeforeAll
    static void start() {
        database = PostgresForTests.fresh();
        node = LedgerForTests.with(database, WithCounter.class);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aRefusedCommandUndoesOnlyItselfAndLaterOnesDecideOnWhatIsTrue() {
        execute(new Add(counter, 1));
        InOneBatch batch = new InOneBatch();
        CompletableFuture<Integer> first = batch.submit(new Add(counter, 10));
        CompletableFuture<Integer> refused = batch.submit(new AddThenRefuse(counter, 100));
        CompletableFuture<Integer> second = batch.submit(new Add(counter, 1000));
        CompletableFuture<Integer> refusedAgain = batch.submit(new AddThenRefuse(counter, 10_000));
        CompletableFuture<Integer> third = batch.submit(new Add(counter, 100_000));
        batch.go();

        assertThat(first.join()).isEqualTo(11);
        assertThat(second.join()).isEqualTo(1011);
        assertThat(third.join()).isEqualTo(101_011);
        assertThatThrownBy(refused::join).hasCauseInstanceOf(RuleViolated.class);
        assertThatThrownBy(refusedAgain::join).hasCauseInstanceOf(RuleViolated.class);
        assertThat(recorded(counter)).isEqualTo(4);
        assertThat(batch.transactions()).isEqualTo(1);
    }

    @Test
    void aRefusedCreationLeavesNothingAndTheNextOneOfTheBatchSucceeds() {
        InOneBatch batch = new InOneBatch();
        CompletableFuture<Integer> refused = batch.submit(new AddThenRefuse(counter, 100));
        CompletableFuture<Integer> added = batch.submit(new Add(counter, 1));
        batch.go();

        assertThatThrownBy(refused::join).hasCauseInstanceOf(RuleViolated.class);
        assertThat(added.join()).isEqualTo(1);
        assertThat(recorded(counter)).isEqualTo(1);
    }

    @Test
    void aCommandWhoseEventCannotBeStoredFailsAloneAndItsNeighboursAreRecorded() {
        execute(new Add(counter, 1));
        InOneBatch batch = new InOneBatch();
        CompletableFuture<Integer> before = batch.submit(new Add(counter, 10));
        CompletableFuture<Integer> poison = batch.submit(new AddWhatCannotBeStored(counter));
        CompletableFuture<Integer> after = batch.submit(new Add(counter, 100));
        CompletableFuture<Integer> elsewhere = batch.submit(new Add(other, 7));
        batch.go();

        assertThat(before.join()).isEqualTo(11);
        assertThatThrownBy(poison::join).hasCauseInstanceOf(LedgerUnavailable.class);
        assertThat(after.join()).isEqualTo(111);
        assertThat(elsewhere.join()).isEqualTo(7);
        assertThat(recorded(counter)).isEqualTo(3);
        assertThat(execute(new Add(counter, 1000))).isEqualTo(1111);
    }

    @Test
    void aCommandThatCannotBeDecidedFailsAlone() {
        execute(new Add(counter, 1));
        InOneBatch batch = new InOneBatch();
        CompletableFuture<Integer> broken = batch.submit(new Break(counter));
        CompletableFuture<Integer> added = batch.submit(new Add(counter, 10));
        batch.go();

        assertThatThrownBy(broken::join).hasCauseInstanceOf(LedgerUnavailable.class);
        assertThat(added.join()).isEqualTo(11);
    }

    @Test
    void aLedgerThatHasStoppedAnswers() {
        LedgerForTests stopped = LedgerForTests.with(database, WithCounter.class);
        Ledger ledger = stopped.ledger();
        ledger.execute(new Add(counter, 1));
        stopped.close();
        assertThatThrownBy(() -> ledger.execute(new Add(counter, 1))).isInstanceOf(LedgerUnavailable.class);
    }

    @Test
    @Timeout(120)
    void aLedgerStopsAlsoWhenItIsCalledOnAndOnAndAnswersEverybody() throws InterruptedException {
        WritersThatStop.Findings found = WritersThatStop.stop(10);

        assertThat(found.areFine()).as(found.toString()).isTrue();
    }

    @Test
    @Timeout(120)
    void aLedgerStopsAlsoWhenWhatItOwesNeverSucceeds() {
        LedgerForTests stubborn = LedgerForTests.with(database, WithCounter.class);
        List<CompletableFuture<Integer>> answers = Stream.generate(
                        () -> stubborn.ledger().submit(new AddInDoubtForEver(counter)))
                .limit(2_000)
                .toList();
        stubborn.close();
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void aCommandOfAnotherProcessIsNotDecidedWhenItsCallerHasGoneOn() {
        Writer writer = node.bean(Writer.class);
        CompletableFuture<Integer> late =
                writer.submitForAnother(new Add(counter, 1), Instant.now().minusMillis(1));
        CompletableFuture<Integer> inTime =
                writer.submitForAnother(new Add(counter, 10), Instant.now().plusSeconds(60));

        assertThatThrownBy(late::join).hasCauseInstanceOf(LedgerUnavailable.class);
        assertThat(inTime.join()).isEqualTo(10);
        assertThat(recorded(counter)).isEqualTo(1);
    }

    @Test
    void onlyWhatIsInDoubtHereIsUndoneHere() {
        CompletableFuture<Integer> ours = node.ledger().submit(new AddInDoubt(counter));
        CompletableFuture<Integer> theirs = node.bean(Writer.class)
                .submitForAnother(new AddInDoubt(other), Instant.now().plusSeconds(60));
        assertThatThrownBy(ours::join).hasCauseInstanceOf(LedgerUnavailable.class);
        assertThatThrownBy(theirs::join).hasCauseInstanceOf(LedgerUnavailable.class);

        await().until(() -> recorded(counter) == 1);
        // what would undo the other was in the queue before this
        execute(new Add(counter, 1));
        assertThat(recorded(other)).isZero();
    }

    @Test
    void whatIsForgottenIsReadAgainInsteadOfLosingAgainstAnotherProcess() {
        execute(new Add(counter, 1));
        double failuresBefore = failedBatches();
        try (LedgerForTests another = LedgerForTests.with(database, WithCounter.class)) {
            another.ledger().execute(new Add(counter, 10));
            node.bean(Writer.class).forget(counter::equals);
            assertThat(execute(new Add(counter, 100))).isEqualTo(111);
            assertThat(failedBatches()).isEqualTo(failuresBefore);

            another.ledger().execute(new Add(counter, 1000));
            assertThat(execute(new Add(counter, 10_000))).isEqualTo(11_111);
            assertThat(failedBatches()).as("without being told").isGreaterThan(failuresBefore);
        }
    }

    private static double failedBatches() {
        return node.bean(MeterRegistry.class)
                .get("auditor.ledger.commit.failures")
                .counter()
                .count();
    }

    private static <R> R execute(Command<R> command) {
        return node.ledger().execute(command);
    }

    private static long recorded(String stream) {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where stream = ?")
                .param(stream)
                .query(Long.class)
                .single();
    }

    /** Keeps the writer busy until everything is in the queue. */
    private final class InOneBatch {
        private final CountDownLatch gate = new CountDownLatch(1);
        private final CompletableFuture<Integer> busy;

        InOneBatch() {
            CountDownLatch entered = new CountDownLatch(1);
            busy = node.ledger().submit(new WaitFor("counter_gate" + TimeOrderedIds.next(), entered, gate));
            try {
                entered.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        <R> CompletableFuture<R> submit(Command<R> command) {
            return node.ledger().submit(command);
        }

        void go() {
            gate.countDown();
            busy.join();
        }

        long transactions() {
            return JdbcClient.create(database.dataSource())
                    .sql("select count(distinct tx_id) from ledger_event where stream = ? and version > 1")
                    .param(counter)
                    .query(Long.class)
                    .single();
        }
    }

    // --- an aggregate that counts ---

    sealed interface CounterCommand extends Command<Integer> {}

    record Add(String stream, int n) implements CounterCommand {}

    record AddThenRefuse(String stream, int n) implements CounterCommand {}

    record AddWhatCannotBeStored(String stream) implements CounterCommand {}

    /** Its event cannot be stored, so nobody knows what has become of the commit. */
    record AddInDoubt(String stream) implements CounterCommand {
        @Override
        public Command<?> afterDoubt() {
            return new Add(stream, 1000);
        }
    }

    record AddInDoubtForEver(String stream) implements CounterCommand {
        @Override
        public Command<?> afterDoubt() {
            return this;
        }
    }

    record Break(String stream) implements CounterCommand {}

    record WaitFor(String stream, CountDownLatch entered, CountDownLatch gate) implements CounterCommand {}

    record Added(String counter, int n) {}

    record Unstorable(String counter) {
        public String trouble() {
            return counter;
        }

        public String getTrouble() {
            throw new IllegalStateException("this event cannot be written");
        }
    }

    @AggregateRoot(type = "counter")
    static class Counter {
        @AggregateIdentifier
        private String id;

        private int sum;

        Counter() {}

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        int handle(Add c) {
            apply(new Added(c.stream(), c.n()));
            return sum;
        }

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        int handle(AddThenRefuse c) {
            apply(new Added(c.stream(), c.n()));
            throw new RuleViolated(RuleViolated.Code.CONFLICT, "no");
        }

        @CommandHandler
        int handle(AddWhatCannotBeStored c) {
            apply(new Unstorable(c.stream()));
            return sum;
        }

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        int handle(AddInDoubt c) {
            apply(new Unstorable(c.stream()));
            return sum;
        }

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        int handle(AddInDoubtForEver c) {
            apply(new Unstorable(c.stream()));
            return sum;
        }

        @CommandHandler
        int handle(Break c) {
            throw new IllegalStateException("a mistake in the code of " + c.stream());
        }

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        int handle(WaitFor c) throws InterruptedException {
            c.entered().countDown();
            c.gate().await();
            return 0;
        }

        @EventSourcingHandler
        void on(Added e) {
            id = e.counter();
            sum += e.n();
        }

        @EventSourcingHandler
        void on(Unstorable e) {
            id = e.counter();
            sum = Integer.MIN_VALUE;
        }
    }

    /** Not found by scanning, which would give its beans to the tests of every module that has this one's. */
    static class WithCounter {
        @Bean
        AggregateKind<Counter> counters() {
            return AggregateKind.of(Counter.class);
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }
}
