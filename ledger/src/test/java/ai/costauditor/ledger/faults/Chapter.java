package ai.costauditor.ledger.faults;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.PostgresProxy;
import ai.costauditor.ledger.PostgresProxy.Fate;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.KeyFixture;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.LoadNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** One database with two processes that share every key, through a network that can break. */
final class Chapter implements AutoCloseable {

    private static final Map<String, String> IMPATIENT = Map.ofEntries(
            Map.entry("members", "0"),
            Map.entry("pause", "40"),
            Map.entry("spring.datasource.hikari.maximum-pool-size", "6"),
            Map.entry("spring.datasource.hikari.connection-timeout", "1000"),
            Map.entry("spring.datasource.hikari.validation-timeout", "500"),
            Map.entry("spring.datasource.hikari.data-source-properties.socketTimeout", "2"),
            Map.entry("auditor.ledger.node.heartbeat", "500ms"),
            Map.entry("auditor.ledger.node.dead-after", "4s"),
            Map.entry("auditor.ledger.node.sweep", "500ms"),
            // what they complain of is what was done to them
            Map.entry("logging.level.root", "off"),
            Map.entry("logging.level.ai.costauditor", "off"));

    private static final Duration WHILE = Duration.ofMillis(1_500);
    private static final int CALLS_BETWEEN = 30;

    private final KillablePostgres server;
    private final Random random;
    private final Database database;
    private final PostgresProxy network;
    private final List<KeyId> keys = new ArrayList<>();
    private final List<LoadNode> running = new ArrayList<>();
    private final Account account;
    private long seeds;

    Chapter(KillablePostgres server, Random random, Consumer<String> say) throws SQLException, IOException {
        this.server = server;
        this.random = random;
        this.database = server.freshDatabase();
        this.network = PostgresProxy.before(database);
        this.account = new Account(database, say);
        this.seeds = random.nextInt();
        issueKeys();
        running.add(startProcess());
        running.add(startProcess());
        awaitProgress();
    }

    Account account() {
        return account;
    }

    /** Most have room for all that comes; one is full soon, and the whole team some time later. */
    private void issueKeys() {
        try (LedgerForTests first = LedgerForTests.over(database)) {
            for (int i = 0; i < 4; i++) {
                KeyId key = KeyId.next();
                String limit = i == 0 ? "25" : "1000000";
                first.ledger().execute(KeyFixture.issue(key, hard(limit, BudgetWindow.TOTAL)));
                keys.add(key);
            }
            for (Scope scope : Scope.of(RESEARCH)) {
                first.ledger()
                        .execute(new SetLimits(scope, List.of(hard("1000000", BudgetWindow.MONTH)), BERLIN, BY_ADA));
            }
        }
    }

    private LoadNode startProcess() throws IOException {
        LoadNode node = LoadNode.start(network.database(), seeds += 1000, keys, IMPATIENT);
        account.watch(node);
        return node;
    }

    /**
     * More calls are acknowledged, and every process has answered somebody. Not every process must have calls acknowledged:
     * where two share every key and every scope, the slower one can lose all races for a long time.
     */
    private void awaitProgress() {
        List<Integer> before = running.stream().map(LoadNode::answers).toList();
        int acknowledged = acknowledged();
        await(() -> {
            for (int i = 0; i < running.size(); i++) {
                assertThat(running.get(i).isAlive())
                        .as("a process ended by itself")
                        .isTrue();
                if (running.get(i).answers() <= before.get(i)) {
                    return false;
                }
            }
            return acknowledged() >= acknowledged + CALLS_BETWEEN;
        });
    }

    private int acknowledged() {
        return running.stream().mapToInt(node -> node.settled().size()).sum();
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                // a busy computer may take its time; only what never comes is wrong
                .atMost(Duration.ofMinutes(30))
                .until(condition::getAsBoolean);
    }

    /**
     * At a moment that is any.
     *
     * @return how long it took from the end of the fault until calls were acknowledged again, and both processes answered
     */
    Duration suffer(Fault fault) throws IOException, SQLException, InterruptedException {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(300)).toNanos());
        switch (fault) {
            case PROCESS_KILLED -> {
                int one = random.nextInt(running.size());
                running.get(one).kill();
                running.set(one, startProcess());
            }
            case POSTGRES_KILLED -> {
                server.kill();
                server.startAgain();
            }
            case CONNECTIONS_CUT -> network.cutAll();
            case COMMITS_LOST -> everyThirdCommit(Fate.IS_LOST);
            case ANSWERS_LOST -> everyThirdCommit(Fate.IS_DONE_AND_THE_ANSWER_LOST);
            case COMMIT_HELD_UP -> {
                network.fateOfTheNextCommit(Fate.IS_HELD_UP);
                pass(Duration.ofSeconds(3));
                network.letGo();
            }
            case SERVER_SILENT -> {
                network.fallSilent();
                pass(WHILE.plusSeconds(1));
                network.speakAgain();
            }
            case SERVER_AWAY -> {
                network.goAway();
                pass(WHILE);
                network.comeBack();
            }
            case MESSAGES_SLOW -> {
                network.delay(Duration.ofMillis(15));
                pass(WHILE);
                network.delay(Duration.ZERO);
            }
            case TRANSACTION_OPEN -> holdATransactionOpen();
        }
        long start = System.nanoTime();
        awaitProgress();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void everyThirdCommit(Fate fate) {
        AtomicInteger commits = new AtomicInteger();
        network.fateOfCommits(() -> commits.incrementAndGet() % 3 == 0 ? fate : Fate.ARRIVES);
        await(() -> commits.get() >= 12);
        network.fateOfCommits(() -> Fate.ARRIVES);
    }

    /** Whoever writes the key's next event waits for it; then it is as if it had never been. */
    private void holdATransactionOpen() throws SQLException {
        try (Connection foreign = database.dataSource().getConnection()) {
            foreign.setAutoCommit(false);
            while (!writesTheNextEvent(foreign)) {
                foreign.rollback();
            }
            pass(WHILE);
            foreign.rollback();
        }
    }

    /** @return false if the ledger was faster, which has the right to be */
    private boolean writesTheNextEvent(Connection foreign) throws SQLException {
        try (PreparedStatement insert = foreign.prepareStatement("""
                insert into ledger_event
                  (event_id, stream, version, stream_type, recorded_at, event_type, revision, payload, metadata)
                select 'foreign_' || max(position), stream, max(version) + 1, 'key', now(), 'key.Foreign', '1', '{}', '{}'
                from ledger_event where stream = ? group by stream
                on conflict do nothing""")) {
            insert.setString(1, keys.getLast().value());
            return insert.executeUpdate() == 1;
        }
    }

    private static void pass(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Everybody stops in peace; a fresh process finds what they left, and nothing stays held. */
    Account.Wrongs end() throws IOException, InterruptedException, SQLException {
        for (LoadNode node : running) {
            node.stop();
        }
        running.clear();
        try (LedgerForTests sweeping = LedgerForTests.over(
                database,
                Map.of(
                        "auditor.ledger.node.heartbeat", "300ms",
                        "auditor.ledger.node.dead-after", "1s",
                        "auditor.ledger.node.sweep", "300ms"))) {
            sweeping.ledger();
            return account.leftOpen().plus(account.wrongs());
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (LoadNode node : running) {
            node.kill();
        }
        network.close();
    }
}
