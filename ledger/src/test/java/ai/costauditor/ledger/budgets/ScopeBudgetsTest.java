package ai.costauditor.ledger.budgets;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.OneBatch;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.MoveKey;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Limits above the keys, on two processes over one database. */
@NullUnmarked
class ScopeBudgetsTest {

    private static final Map<String, Object> NO_SWEEPS = Map.of("auditor.ledger.node.sweep", "1h");

    private static PostgresForTests.Database database;
    private static LedgerForTests node;
    private static LedgerForTests other;

    private final Attribution ada =
            new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), UserId.next());
    private final Scope user = scopes().get(0);
    private final Scope project = scopes().get(1);
    private final Scope team = scopes().get(2);
    private final Scope organisation = scopes().get(3);

    @BeforeAll
    static void start() {
        database = PostgresForTests.fresh();
        node = LedgerForTests.over(database, NO_SWEEPS);
        other = LedgerForTests.over(database, NO_SWEEPS);
    }

    @AfterAll
    static void stop() {
        node.close();
        other.close();
    }

    private List<Scope> scopes() {
        return Scope.of(ada);
    }

    @Test
    void aCallHoldsOnAllLimitedScopesOrOnNone() {
        KeyId key = issue(hard("10", BudgetWindow.MONTH));
        limit(user, "8");
        limit(project, "6");
        limit(team, "4");
        limit(organisation, "2");

        assertThat(authorised(key, "1.5").available()).isEqualTo(Money.of("0.5"));
        Authorisation refused = node.ledger().execute(authorise(key, CallId.next(), "0.6", NOON));

        assertThat(refused).isInstanceOfSatisfying(Refused.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(Refusal.BUDGET_EXHAUSTED);
            assertThat(refusal.balance().scope()).isEqualTo(ScopeType.ORGANISATION);
        });
        for (Scope scope : scopes()) {
            assertThat(balance(scope).held()).isEqualTo(Money.of("1.5"));
        }
    }

    @Test
    void everyEndOfACallMovesTheScopes() {
        KeyId key = issue();
        limit(team, "10");
        CallId settled = authorised(key, "1").call();
        CallId released = authorised(key, "2").call();
        CallId expired = authorised(key, "3").call();
        CallId late = authorised(key, "4").call();
        node.ledger().execute(settle(key, settled, "0.5", NOON));
        node.ledger().execute(release(key, released, NOON));
        node.ledger().execute(expire(key, expired, NOON));
        node.ledger().execute(expire(key, late, NOON));
        node.ledger().execute(settle(key, late, "0.25", NOON));

        BudgetBalance balance = balance(team);
        assertThat(balance.spent()).isEqualTo(Money.of("0.75"));
        assertThat(balance.held()).isEqualTo(Money.ZERO);
        assertThat(balance.unresolved()).isEqualTo(Money.of("3"));
    }

    @Test
    void aMovedKeyTakesItsFutureWithItAndLeavesItsPast() {
        KeyId key = issue();
        node.ledger().execute(settle(key, authorised(key, "1").call(), "0.5", NOON));
        CallId before = authorised(key, "2").call();
        Attribution elsewhere = new Attribution(ada.organisation(), TeamId.next(), ProjectId.next(), null);
        node.ledger().execute(new MoveKey(key, elsewhere, BY_ADA));
        CallId after = authorised(key, "4").call();

        Scope newTeam = Scope.of(elsewhere).get(1);
        limit(team, "100");
        limit(newTeam, "100");
        limit(organisation, "100");
        assertThat(balance(team).spent()).isEqualTo(Money.of("0.5"));
        assertThat(balance(team).held()).isEqualTo(Money.of("2"));
        assertThat(balance(newTeam).held()).isEqualTo(Money.of("4"));
        assertThat(balance(organisation).held()).isEqualTo(Money.of("6"));

        node.ledger().execute(settle(key, before, "1", NOON));
        node.ledger().execute(settle(key, after, "3", NOON));
        assertThat(balance(team).spent()).isEqualTo(Money.of("1.5"));
        assertThat(balance(team).held()).isEqualTo(Money.ZERO);
        assertThat(balance(newTeam).spent()).isEqualTo(Money.of("3"));
        assertThat(balance(organisation).spent()).isEqualTo(Money.of("4.5"));
    }

    @Test
    void aLimitThatIsSetLaterCountsWhatTheKeysOfTheScopeHadSpentAndHeld() {
        KeyId one = issue();
        KeyId two = issue();
        node.ledger().execute(settle(one, authorised(one, "1").call(), "0.5", NOON));
        CallId open = authorised(two, "2").call();

        limit(team, "3");
        assertThat(balance(team).spent()).isEqualTo(Money.of("0.5"));
        assertThat(balance(team).held()).isEqualTo(Money.of("2"));
        node.ledger().execute(settle(two, open, "1", NOON));
        assertThat(balance(team).available()).isEqualTo(Money.of("1.5"));

        node.ledger().execute(new SetLimits(team, List.of(), BERLIN, BY_ADA));
        node.ledger().execute(settle(one, authorised(one, "100").call(), "100", NOON));
        limit(team, "3");
        assertThat(balance(team).spent()).isEqualTo(Money.of("101.5"));
    }

    @Test
    void limitsThatAreLiftedAndSetAgainDoNotTellAgainWhatTheyHaveTold() {
        KeyId key = issue();
        limit(team, "10");
        spend(key, "6");
        assertThat(thresholdsTold(team)).isEqualTo(1);
        node.ledger().execute(new SetLimits(team, List.of(), BERLIN, BY_ADA));
        limit(team, "10");
        spend(key, "1");
        assertThat(thresholdsTold(team)).isEqualTo(1);
        spend(key, "1");
        assertThat(thresholdsTold(team)).isEqualTo(2);
    }

    private static void spend(KeyId key, String amount) {
        CallId call = CallId.next();
        node.ledger().execute(authorise(key, call, amount, NOON));
        node.ledger().execute(settle(key, call, amount, NOON));
    }

    private static long thresholdsTold(Scope scope) {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where stream = ? and event_type = 'budget.ThresholdReached'")
                .param(scope.stream())
                .query(Long.class)
                .single();
    }

    @Test
    void liftingLimitsThatThereNeverWereLeavesNothingBehind() {
        node.ledger().execute(new SetLimits(team, List.of(), BERLIN, BY_ADA));
        assertThatThrownBy(() -> node.ledger().execute(new BudgetCommand.TellBalances(team, NOON)))
                .isInstanceOfSatisfying(
                        RuleViolated.class, e -> assertThat(e.code()).isEqualTo(RuleViolated.Code.NOT_FOUND));
        limit(team, "3");
        assertThat(balance(team).available()).isEqualTo(Money.of("3"));
    }

    @Test
    void aKeyThatMovesAndSpendsInTheSameBatchAsTheFirstLimitIsCounted() throws Exception {
        KeyId busy = issue();
        KeyId moving = issue();
        KeyId fresh = KeyId.next();
        Attribution elsewhere = new Attribution(ada.organisation(), TeamId.next(), ProjectId.next(), null);
        Scope newTeam = Scope.of(elsewhere).get(1);
        List<java.util.concurrent.CompletableFuture<?>> answers = new ArrayList<>();
        try (java.sql.Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("select 1 from directory_key where id = '" + busy + "' for update");
            answers.add(node.ledger().submit(new MoveKey(busy, elsewhere, BY_ADA)));
            org.awaitility.Awaitility.await().until(() -> JdbcClient.create(database.dataSource())
                    .sql("select count(*) > 0 from pg_locks where not granted")
                    .query(Boolean.class)
                    .single());
            answers.add(node.ledger().submit(new MoveKey(moving, elsewhere, BY_ADA)));
            answers.add(node.ledger().submit(authorise(moving, CallId.next(), "2", NOON)));
            answers.add(node.ledger().submit(issue(fresh, elsewhere)));
            answers.add(node.ledger().submit(authorise(fresh, CallId.next(), "3", NOON)));
            answers.add(node.ledger()
                    .submit(new SetLimits(newTeam, List.of(hard("10", BudgetWindow.MONTH)), BERLIN, BY_ADA)));
            connection.rollback();
        }
        answers.forEach(java.util.concurrent.CompletableFuture::join);
        assertThat(balance(newTeam).held()).isEqualTo(Money.of("5"));
    }

    @Test
    void allMovesOfABatchAreOneEventOfTheScope() {
        KeyId key = issue();
        limit(team, "10");
        List<java.util.concurrent.CompletableFuture<Authorisation>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(node.ledger().submit(authorise(key, CallId.next(), "0.01", NOON)));
        }
        answers.forEach(java.util.concurrent.CompletableFuture::join);
        assertThat(events(team)).isLessThan(100);
        assertThat(balance(team).held()).isEqualTo(Money.of("2"));
    }

    @Test
    void twoProcessesWithManyKeysNeverPassTheLimitOfAScope() throws Exception {
        List<KeyId> keys = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            keys.add(issue());
        }
        limit(team, "5");
        limit(organisation, "7");
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ScopeBudgetsTest -Dseed=" + seed);
        AtomicInteger admitted = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < 12; client++) {
                Random random = new Random(seed + client);
                running.add(clients.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        LedgerForTests process = random.nextBoolean() ? node : other;
                        KeyId key = keys.get(random.nextInt(keys.size()));
                        CallId call = CallId.next();
                        if (process.ledger().execute(authorise(key, call, "0.1", NOON)) instanceof Authorised) {
                            admitted.incrementAndGet();
                            process.ledger().execute(settle(key, call, "0.1", NOON));
                        }
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        assertThat(admitted.get()).isEqualTo(50);
        assertThat(balance(team).spent()).isEqualTo(Money.of("5"));
        assertThat(balance(team).held()).isEqualTo(Money.ZERO);
        assertThat(balance(organisation).spent()).isEqualTo(Money.of("5"));
        assertThat(other.bean(Balances.class).ofScope(team, NOON).getFirst().spent())
                .isEqualTo(Money.of("5"));
    }

    /** Each process has the terms of an organisation in memory. */
    @Test
    void aLimitThatAnotherProcessSetsHoldsForTheNextCall() {
        KeyId key = issue();
        authorised(key, "1");
        other.ledger().execute(new SetLimits(team, List.of(hard("1.5", BudgetWindow.MONTH)), BERLIN, BY_ADA));

        assertThat(node.ledger().execute(authorise(key, CallId.next(), "1", NOON)))
                .isInstanceOf(Refused.class);
        assertThat(authorised(key, "0.5").available()).isEqualTo(Money.ZERO);
        other.ledger().execute(new SetLimits(team, List.of(), BERLIN, BY_ADA));
        assertThat(authorised(key, "5").available()).isNull();
    }

    /** A call that is repeated records nothing, so nothing but the terms can say that its answer is old. */
    @Test
    void anAnswerWithoutAnEventKnowsTheLimitsOfAnotherProcess() {
        KeyId key = issue();
        CallId call = CallId.next();
        assertThat(availableAfter(key, call)).isNull();
        other.ledger().execute(new SetLimits(team, List.of(hard("3", BudgetWindow.MONTH)), BERLIN, BY_ADA));
        assertThat(availableAfter(key, call)).isEqualTo(Money.of("2"));
        other.ledger().execute(new SetLimits(team, List.of(), BERLIN, BY_ADA));
        assertThat(availableAfter(key, call)).isNull();
    }

    private static Money availableAfter(KeyId key, CallId call) {
        return ((Authorised) node.ledger().execute(authorise(key, call, "1", NOON))).available();
    }

    /** Whoever changes the terms has decided calls before by those that it had in memory. */
    @Test
    void aBatchThatChangesLimitsKnowsThoseOfAnotherProcessForItsCalls() throws Exception {
        KeyId busy = issue();
        KeyId key = issue();
        authorised(key, "1");
        other.ledger().execute(new SetLimits(user, List.of(hard("1.5", BudgetWindow.MONTH)), BERLIN, BY_ADA));

        List<Object> answers = OneBatch.of(
                node,
                database,
                busy,
                List.of(
                        authorise(key, CallId.next(), "1", NOON),
                        new SetLimits(team, List.of(hard("8", BudgetWindow.MONTH)), BERLIN, BY_ADA)));
        assertThat(answers.getFirst()).isInstanceOf(Refused.class);
        assertThat(balance(team).held()).isEqualTo(Money.of("1"));
    }

    private KeyId issue(BudgetLimit... budgets) {
        KeyId key = KeyId.next();
        node.ledger().execute(issue(key, ada, budgets));
        return key;
    }

    private static IssueKey issue(KeyId key, Attribution attribution, BudgetLimit... budgets) {
        KeySecrets secrets = node.bean(KeySecrets.class);
        return new IssueKey(
                key,
                "a key",
                attribution,
                secrets.hash(secrets.next("test")),
                Policy.DEFAULT,
                List.of(budgets),
                BERLIN,
                BY_ADA);
    }

    private void limit(Scope scope, String limit) {
        node.ledger().execute(new SetLimits(scope, List.of(hard(limit, BudgetWindow.MONTH)), BERLIN, BY_ADA));
    }

    private Authorised authorised(KeyId key, String hold) {
        return (Authorised) node.ledger().execute(authorise(key, CallId.next(), hold, NOON));
    }

    private BudgetBalance balance(Scope scope) {
        return node.bean(Balances.class).ofScope(scope, NOON).getFirst();
    }

    private long events(Scope scope) {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where stream = ?")
                .param(scope.stream())
                .query(Long.class)
                .single();
    }
}
