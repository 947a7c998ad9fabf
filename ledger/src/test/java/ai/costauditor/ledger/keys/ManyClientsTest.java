package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.cluster.ClusterForTests;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/**
 * Many clients do everything at once with few keys, on one process and on two over one database; then the record is counted
 * again by {@link RecordedKeys} and has to agree with every answer. Repeat a failure with {@code -Dseed=…}; a longer run
 * with {@code -Doperations=…}.
 */
@NullUnmarked
class ManyClientsTest {

    private static final int KEYS = 5;
    private static final int CLIENTS = 16;
    private static final int OPERATIONS = Integer.getInteger("operations", 6_000);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final List<KeyId> keys = IntStream.range(0, KEYS)
            .mapToObj(i -> new KeyId("key_" + TimeOrderedIds.at(NOON.toEpochMilli(), new Random(i))))
            .toList();
    private final Map<CallId, Authorisation> answers = new ConcurrentHashMap<>();
    private final Map<CallId, Money> settled = new ConcurrentHashMap<>();

    /** What happens with which operation. */
    private final Map<Integer, Runnable> at = new ConcurrentHashMap<>();

    private final AtomicInteger operations = new AtomicInteger();

    @Test
    void onOneProcess() throws Exception {
        PostgresForTests.Database database = PostgresForTests.fresh();
        try (LedgerForTests node = LedgerForTests.over(database)) {
            run(database, List.of(node));
        }
    }

    @Test
    void onTwoProcessesThatBothOwnEveryKey() throws Exception {
        PostgresForTests.Database database = PostgresForTests.fresh();
        try (LedgerForTests one = LedgerForTests.over(database);
                LedgerForTests two = LedgerForTests.over(database)) {
            run(database, List.of(one, two));
        }
    }

    @Test
    void onTwoProcessesThatShareTheOrganisations() throws Exception {
        PostgresForTests.Database database = PostgresForTests.fresh();
        try (ClusterForTests cluster = ClusterForTests.of(2, database)) {
            run(database, cluster.nodes());
            System.out.println(cluster.counts());
            assertThat(cluster.counts().there()).isPositive();
            assertThat(cluster.counts().instead()).isZero();
        }
    }

    @Test
    void onTwoProcessesThatLoseEachOtherAndFindEachOtherAgain() throws Exception {
        PostgresForTests.Database database = PostgresForTests.fresh();
        Map<String, Object> settings =
                Map.of("auditor.cluster.answer-within", "500ms", "auditor.cluster.avoid-for", "1s");
        try (ClusterForTests cluster = ClusterForTests.of(2, database, settings)) {
            LedgerForTests second = cluster.node(1);
            at.put(OPERATIONS / 3, () -> cluster.cutOff(second));
            at.put(OPERATIONS * 2 / 3, () -> cluster.mend(second));
            run(database, cluster.nodes());
            cluster.awaitAll();
            System.out.println(cluster.counts());
            assertThat(cluster.counts().there()).isPositive();
            assertThat(cluster.counts().instead()).isPositive();
        }
    }

    private void run(PostgresForTests.Database database, List<LedgerForTests> nodes) throws Exception {
        System.out.println("ManyClientsTest -Dseed=" + seed + " -Doperations=" + OPERATIONS);
        List<Ledger> ledgers = nodes.stream().map(LedgerForTests::ledger).toList();
        for (KeyId key : keys) {
            ledgers.getFirst().execute(issueInAnOrganisationOfItsOwn(key));
        }
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(ledgers, new Random(seed + i));
                running.add(clients.submit(() -> client.run(OPERATIONS / CLIENTS)));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        agree(RecordedKeys.read(database), ledgers);
    }

    private static IssueKey issueInAnOrganisationOfItsOwn(KeyId key) {
        IssueKey issue = issue(key, hard("30", BudgetWindow.DAY), hard("50", BudgetWindow.TOTAL));
        return new IssueKey(
                key,
                issue.name(),
                new Attribution(
                        new OrganisationId("org_of_" + key), new TeamId("team_1"), new ProjectId("proj_1"), null),
                issue.secret(),
                issue.policy(),
                issue.budgets(),
                issue.zone(),
                issue.change());
    }

    private void agree(RecordedKeys recorded, List<Ledger> ledgers) {
        Map<CallId, RecordedKeys.Call> calls = new ConcurrentHashMap<>();
        recorded.keys.values().forEach(key -> calls.putAll(key.calls));
        answers.forEach((call, answer) -> {
            if (answer instanceof Authorised) {
                assertThat(calls.get(call).state).isNotEqualTo(RecordedKeys.State.DENIED);
            } else if (calls.containsKey(call)) {
                assertThat(calls.get(call).state).isEqualTo(RecordedKeys.State.DENIED);
            }
        });
        settled.forEach((call, cost) -> {
            assertThat(calls.get(call).state).isEqualTo(RecordedKeys.State.SETTLED);
            assertThat(calls.get(call).cost).isEqualTo(cost);
        });
        assertThat(calls.keySet()).isSubsetOf(answers.keySet());
        for (KeyId key : keys) {
            Instant at = NOON;
            SetBudgets raise = new SetBudgets(key, List.of(hard("100000", BudgetWindow.TOTAL)), BY_ADA);
            ledgers.getLast().execute(raise);
            ledgers.getFirst().execute(new ResumeKey(key, BY_ADA));
            Authorised probe =
                    (Authorised) ledgers.getLast().execute(authorise(key, new CallId("call_zz"), "0.001", at));
            RecordedKeys.Key model = recorded.keys.get(key);
            model.limits = raise.budgets();
            assertThat(probe.available()).isEqualTo(model.available(at).minus(Money.of("0.001")));
        }
    }

    private final class Client {
        private final List<Ledger> ledgers;
        private final Random random;
        private final List<CallId> mine = new ArrayList<>();
        private final Map<CallId, KeyId> keyOf = new ConcurrentHashMap<>();

        Client(List<Ledger> ledgers, Random random) {
            this.ledgers = ledgers;
            this.random = random;
        }

        void run(int count) {
            for (int i = 0; i < count; i++) {
                Runnable event = at.remove(operations.incrementAndGet());
                if (event != null) {
                    event.run();
                }
                try {
                    oneOperation(ledgers.get(random.nextInt(ledgers.size())));
                } catch (RuleViolated e) {
                    assertThat(e.code()).isEqualTo(RuleViolated.Code.CONFLICT);
                }
            }
        }

        private void oneOperation(Ledger ledger) {
            int dice = random.nextInt(100);
            if (dice < 45 || mine.isEmpty()) {
                beginCall(ledger);
                return;
            }
            CallId call = mine.get(random.nextInt(mine.size()));
            KeyId key = keyOf.get(call);
            Instant at = NOON.plusSeconds(random.nextInt(1000));
            if (dice < 75) {
                settleCall(ledger, key, call, at);
            } else if (dice < 80) {
                ledger.execute(release(key, call, at));
            } else if (dice < 87) {
                ledger.execute(expire(key, call, at));
            } else if (dice < 90) {
                ledger.execute(new ExtendHold(key, call, at.plusSeconds(1000), at));
            } else if (dice < 94) {
                sameAgain(ledger, key, call);
            } else if (dice < 96) {
                ledger.execute(authorise(key, call, "0.01", "another request", at));
            } else if (dice < 98) {
                ledger.execute(random.nextBoolean() ? new SuspendKey(key, BY_ADA) : new ResumeKey(key, BY_ADA));
            } else {
                String total = Integer.toString(20 + random.nextInt(60));
                ledger.execute(new SetBudgets(
                        key, List.of(hard("30", BudgetWindow.DAY), hard(total, BudgetWindow.TOTAL)), BY_ADA));
            }
        }

        private void beginCall(Ledger ledger) {
            KeyId key = keys.get(random.nextInt(keys.size()));
            Instant at = NOON.plus(Duration.ofHours(random.nextInt(30)));
            CallId call = new CallId(CallId.PREFIX + TimeOrderedIds.at(at.toEpochMilli(), random));
            Authorisation answer = ledger.execute(authorise(key, call, amount(), at));
            answers.put(call, answer);
            if (answer instanceof Authorised) {
                mine.add(call);
                keyOf.put(call, key);
            }
        }

        private void settleCall(Ledger ledger, KeyId key, CallId call, Instant at) {
            Money cost = ledger.execute(settle(key, call, amount(), at)).cost();
            Money before = settled.put(call, cost);
            assertThat(before == null || before.equals(cost))
                    .as("the same answer")
                    .isTrue();
        }

        private void sameAgain(Ledger ledger, KeyId key, CallId call) {
            Authorised first = (Authorised) answers.get(call);
            Authorisation again =
                    ledger.execute(authorise(key, call, first.hold().toString(), NOON));
            assertThat(again).isInstanceOfSatisfying(Authorised.class, same -> assertThat(same.hold())
                    .isEqualTo(first.hold()));
        }

        /** Now and then more than was held: the tokens are spent, so it is recorded. */
        private String amount() {
            return Money.rounded(java.math.BigDecimal.valueOf(1 + random.nextInt(1_500_000), 6))
                    .toString();
        }
    }
}
