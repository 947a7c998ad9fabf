package ai.costauditor.ledger.model;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.adjustments.ChargedCalls;
import ai.costauditor.ledger.check.Check;
import ai.costauditor.ledger.check.Report;
import ai.costauditor.ledger.store.Writer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many clients do everything at once with a ledger on a real PostgreSQL. Day by day, all their commands are then given to
 * the {@link Model} one by one, in the order in which the writer took them; every answer and every event has to be the same.
 * At the end the ledger's own check looks at the record too.
 */
final class ModelRun {

    /**
     * @param stepsPerRound of all clients together, in one day of the calendar
     * @param atMost it ends with the day in which this time is over
     */
    record Size(int operations, int clients, int stepsPerRound, Duration atMost) {}

    /** What was compared. */
    record Findings(
            long seed,
            int rounds,
            long operations,
            long events,
            long transactions,
            long readAgain,
            Map<String, Long> commands,
            Map<String, Long> answers,
            Report check) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "seed %d: %,d commands in %d days, %,d events in %,d transactions, every answer as the model says%n"
                            + "  commands %s%n  answers %s%n  keys and budgets dropped from memory %d times; the check: %s",
                    seed,
                    operations,
                    rounds,
                    events,
                    transactions,
                    commands,
                    answers,
                    readAgain,
                    check.isFine() ? "clean" : check.lines());
        }
    }

    /** Hears how far it is. */
    interface Progress {
        void compared(long operations, long events);
    }

    private static final int CLEARED_UP_AT_ONCE = 64;

    private final long seed;
    private final Size size;
    private final Script script;
    private final PostgresForTests.Database database = PostgresForTests.fresh();

    ModelRun(long seed, Size size) {
        this.seed = seed;
        this.size = size;
        this.script = new Script(seed, size.clients(), size.stepsPerRound() / size.clients());
    }

    /** @throws AssertionError at the first difference */
    Findings run(Progress progress) throws InterruptedException, ExecutionException, SQLException {
        Model model = new Model(BERLIN);
        Recorded recorded = new Recorded(database);
        Comparison comparison = new Comparison(model, recorded);
        long done = 0;
        long readAgain = 0;
        int round = 0;
        // often, but not so often that a long run does little else
        String snapshotEvery = size.stepsPerRound() < 1_000 ? "50" : "250";
        try (LedgerForTests node = LedgerForTests.over(
                database, Map.of("auditor.ledger.snapshot-every", snapshotEvery, "auditor.ledger.node.sweep", "1h"))) {
            Sent.Order order = new Sent.Order(node.ledger());
            script.issueLastingKeys().forEach(order::send);
            long end = System.nanoTime() + size.atMost().toNanos();
            for (; done < size.operations() && System.nanoTime() < end; round++) {
                day(round, node, order);
                List<Sent> sent = order.take();
                comparison.compare(sent, beginningOf(round));
                done += sent.size();
                if (script.isBeforeAPause(round)) {
                    node.bean(Writer.class).forget(stream -> true);
                    model.wasForgotten();
                    readAgain++;
                }
                progress.compared(done, recorded.events());
            }
        }
        return new Findings(
                seed,
                round,
                done,
                recorded.events(),
                recorded.transactions(),
                readAgain,
                comparison.commands(),
                comparison.answers(),
                check(model));
    }

    /** Yesterday: calls of the last millisecond before midnight belong to it. */
    private Instant beginningOf(int round) {
        return script.day(round).minusDays(1).atStartOfDay(BERLIN).toInstant();
    }

    private void day(int round, LedgerForTests node, Sent.Order order) throws InterruptedException, ExecutionException {
        ChargedCalls calls = node.bean(ChargedCalls.class);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < size.clients(); i++) {
                Script.Client client = script.new Client(round, i);
                running.add(threads.submit(() -> {
                    for (int step = 0; step < size.stepsPerRound() / size.clients(); step++) {
                        client.next(calls::charged).stream()
                                .map(order::send)
                                .toList()
                                .forEach(ModelRun::await);
                    }
                }));
            }
            running.add(threads.submit(() -> clearUp(round, order)));
            for (Future<?> client : running) {
                client.get();
            }
        }
    }

    private void clearUp(int round, Sent.Order order) {
        List<Command<?>> ends = script.leftovers(round);
        for (int from = 0; from < ends.size(); from += CLEARED_UP_AT_ONCE) {
            ends.subList(from, Math.min(from + CLEARED_UP_AT_ONCE, ends.size())).stream()
                    .map(order::send)
                    .toList()
                    .forEach(ModelRun::await);
        }
    }

    /** Also a refusal is an answer. */
    private static void await(CompletableFuture<?> answer) {
        answer.handle((value, failure) -> true).join();
    }

    private static long openHolds(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select count(*) filter (where event_type = 'key.CallAuthorised')
                          - count(*) filter (where event_type in ('key.CallSettled', 'key.CallReleased', 'key.HoldExpired'))
                          + count(*) filter (where event_type = 'key.CallReleased' and exists (
                              select 1 from ledger_event e where e.call = r.call and e.event_type = 'key.HoldExpired'))
                        from ledger_event r""")) {
            row.next();
            return row.getLong(1);
        }
    }

    private Report check(Model model) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            Report report = new Check(null, book -> List.of(), (what, events, of) -> {}).run(connection);
            assertThat(report.lines().stream().filter(line -> !line.isFine()))
                    .as("what the check finds")
                    .isEmpty();
            assertThat(openHolds(connection)).as("open holds").isEqualTo(model.open());
            return report;
        }
    }
}
