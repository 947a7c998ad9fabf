package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.money.Money;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Connections that die and a database that goes away: errors for the callers, never money. */
@NullUnmarked
class StoreFailuresTest {

    private static final int CLIENTS = 16;
    private static final int CALLS_EACH = 60;

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final LedgerForTests node = LedgerForTests.over(
            database, Map.of("spring.datasource.hikari.connection-timeout", "500", "auditor.ledger.node.sweep", "1h"));
    private final KeyId key = KeyId.next();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void connectionsThatAreCutInTheMiddleCostErrorsAndNoMoney() throws Exception {
        node.ledger().execute(issue(key, hard("100000", BudgetWindow.TOTAL)));
        Map<CallId, Money> acknowledged = new ConcurrentHashMap<>();
        Set<CallId> authorised = ConcurrentHashMap.newKeySet();
        Set<CallId> unanswered = ConcurrentHashMap.newKeySet();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger cuts = new AtomicInteger();

        Thread cutter = Thread.ofPlatform().start(() -> {
            int next = 100;
            while (!done.get()) {
                if (acknowledged.size() + unanswered.size() >= next) {
                    cuts.addAndGet(cutAllConnections());
                    next += 100;
                }
                Thread.onSpinWait();
            }
        });
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(() -> {
                    for (int n = 0; n < CALLS_EACH; n++) {
                        oneCall(authorised, acknowledged, unanswered);
                    }
                });
            }
        }
        done.set(true);
        cutter.join();
        await().untilAsserted(
                        () -> RecordedKeys.read(database).keys.get(key).calls.forEach((call, state) -> {
                            if (!authorised.contains(call)) {
                                assertThat(state.state)
                                        .as("a hold that nobody was told of")
                                        .isEqualTo(RecordedKeys.State.RELEASED);
                            }
                        }));

        RecordedKeys.Key recorded = RecordedKeys.read(database).keys.get(key);
        System.out.println(cuts + " connections cut, " + acknowledged.size() + " calls settled, " + unanswered.size()
                + " not answered");
        assertThat(cuts.get()).isPositive();
        acknowledged.forEach((call, cost) -> {
            assertThat(recorded.calls.get(call).state).isEqualTo(RecordedKeys.State.SETTLED);
            assertThat(recorded.calls.get(call).cost).isEqualTo(cost);
        });
    }

    private void oneCall(Set<CallId> authorised, Map<CallId, Money> acknowledged, Set<CallId> unanswered) {
        CallId call = CallId.next();
        try {
            assertThat(node.ledger().execute(authorise(key, call, "0.5", NOON))).isInstanceOf(Authorised.class);
            authorised.add(call);
            acknowledged.put(
                    call, node.ledger().execute(settle(key, call, "0.25", NOON)).cost());
        } catch (LedgerUnavailable e) {
            unanswered.add(call);
        }
    }

    private int cutAllConnections() {
        return JdbcClient.create(database.dataSource())
                .sql("""
                        select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()""")
                .query(Integer.class)
                .single();
    }

    @Test
    void aDatabaseThatIsAwayIsSaidSoAndItsReturnIsNoticed() {
        node.ledger().execute(issue(key, hard("100000", BudgetWindow.TOTAL)));
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        JdbcClient elsewhere = JdbcClient.create(PostgresForTests.fresh().dataSource());

        elsewhere.sql("alter database " + name + " allow_connections false").update();
        elsewhere
                .sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
                .param(name)
                .query(Boolean.class)
                .list();
        assertThatThrownBy(() -> node.ledger().execute(authorise(key, CallId.next(), "1", NOON)))
                .isInstanceOf(LedgerUnavailable.class);

        elsewhere.sql("alter database " + name + " allow_connections true").update();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(node.ledger().execute(authorise(key, CallId.next(), "1", NOON)))
                        .isInstanceOf(Authorised.class));
    }
}
