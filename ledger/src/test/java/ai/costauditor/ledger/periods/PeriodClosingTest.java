package ai.costauditor.ledger.periods;

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
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Adjustments;
import ai.costauditor.ledger.budgets.Balances;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import ai.costauditor.ledger.periods.PeriodTotals.Figures;
import ai.costauditor.ledger.periods.PeriodTotals.Group;
import ai.costauditor.ledger.usage.TokenKind;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Months are closed on two processes over one database. */
@NullUnmarked
class PeriodClosingTest {

    private static final Map<String, Object> NO_SWEEPS = Map.of("auditor.ledger.node.sweep", "1d");
    private static final YearMonth MARCH = YearMonth.parse("2026-03");
    private static final YearMonth APRIL = YearMonth.parse("2026-04");
    /** Already April in Berlin, not yet in UTC. */
    private static final Instant IN_APRIL = Instant.parse("2026-03-31T22:00:00Z");

    private static PostgresForTests.Database database;
    private static LedgerForTests node;
    private static LedgerForTests other;

    private final Attribution search = new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null);
    private final KeyId key = organisationWithAKey();

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

    @Test
    void aMonthIsSealedWithWhatCountsInIt() {
        settled("0.5", NOON);
        settled("0.25", Instant.parse("2026-02-28T23:00:00Z"));
        settled("100", Instant.parse("2026-02-28T22:59:59Z"));
        settled("1000", IN_APRIL);
        CallId late = authorised("1", NOON);
        node.ledger().execute(expire(key, late, NOON));
        node.ledger().execute(settle(key, late, "0.125", NOON));
        CallId nothing = authorised("1", NOON);
        node.ledger().execute(expire(key, nothing, NOON));
        node.ledger().execute(release(key, nothing, NOON));
        node.ledger().execute(release(key, authorised("1", NOON), NOON));
        adjust(null, "-0.005", NOON);

        Closed seal = close(MARCH, false);

        Figures figures = new Figures(3, Money.of("0.87"), Map.of(TokenKind.INPUT, 300L, TokenKind.OUTPUT, 60L));
        assertThat(seal.totals().total()).isEqualTo(figures);
        assertThat(seal.totals().teams())
                .containsExactly(new Group(search.team().value(), figures));
        assertThat(seal.totals().keys()).containsExactly(new Group(key.value(), figures));
        assertThat(seal.totals().models())
                .containsExactly(
                        new Group(null, new Figures(0, Money.of("-0.005"), Map.of())),
                        new Group("gpt-4o-mini-2024-07-18", new Figures(3, Money.of("0.875"), figures.tokens())));
        assertThat(seal.totals().adjusted()).isEqualTo(Money.of("-0.005"));
        assertThat(seal.totals().events()).isEqualTo(8);
        assertThat(seal.totals().lastPosition()).isPositive();
        assertThat(seal.totals().isSettled()).isTrue();
        assertThat(directory().getFirst().seal()).isEqualTo(seal);
        assertThat(other.bean(PeriodDirectory.class).list(search.organisation()))
                .isEqualTo(directory());
    }

    @Test
    void aMonthIsClosedOnceAndNotBeforeItIsOver() {
        close(MARCH, false);
        assertThatThrownBy(() -> close(MARCH, false))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("already");
        assertThatThrownBy(() -> close(MARCH, true))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("already");
        assertThatThrownBy(() -> close(APRIL, false))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("not over");
        assertThatThrownBy(() -> close(YearMonth.parse("2026-05"), true))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("not over");
    }

    @Test
    void whatIsOpenOrUnknownHasToBeForced() {
        settled("0.5", NOON);
        authorised("1", NOON);
        CallId lost = authorised("2", NOON);
        node.ledger().execute(expire(key, lost, NOON));

        assertThatThrownBy(() -> close(MARCH, false))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("1 calls are open")
                .hasMessageContaining("of 1 is not known (2 at most)");
        assertThat(directory()).isEmpty();
        assertThatThrownBy(() ->
                        periods(node).close(search.organisation(), MARCH, true, new Change("user_ada", IN_APRIL, " ")))
                .isInstanceOf(RuleViolated.class)
                .hasMessageContaining("reason");

        Closed seal = close(MARCH, true);
        assertThat(seal.forced()).isTrue();
        assertThat(seal.totals().openCalls()).isEqualTo(1);
        assertThat(seal.totals().unresolved()).isEqualTo(Money.of("2"));
        assertThat(seal.totals().total().calls()).isEqualTo(2);
        assertThat(seal.change().reason()).isEqualTo("the auditors are waiting");
    }

    @Test
    void whatComesAfterTheCloseCountsInTheOpenMonthAndSaysWhatItCorrects() {
        limit(hardly("1000"));
        CallId settled = settled("0.5", NOON);
        CallId lost = authorised("2", NOON);
        node.ledger().execute(expire(key, lost, NOON));
        CallId nothing = authorised("3", NOON);
        node.ledger().execute(expire(key, nothing, NOON));
        CallId open = authorised("4", NOON);
        Closed seal = close(MARCH, true);

        other.ledger().execute(settle(key, lost, "1.5", IN_APRIL));
        other.ledger().execute(release(key, nothing, IN_APRIL));
        other.ledger().execute(settle(key, open, "3.5", IN_APRIL));
        ChargeAdjusted credit = adjust(settled, "-0.25", IN_APRIL);

        assertThat(credit.countsAt()).isEqualTo(IN_APRIL);
        assertThat(credit.afterClose().corrects()).isEqualTo(MARCH);
        for (Instant at : List.of(NOON, IN_APRIL)) {
            BudgetBalance team = balance(at);
            assertThat(team.spent()).isEqualTo(Money.of(at.equals(NOON) ? "0.5" : "4.75"));
            assertThat(team.held()).isEqualTo(Money.ZERO);
            assertThat(team.unresolved()).isEqualTo(Money.ZERO);
            assertThat(ofKey(at).spent()).isEqualTo(team.spent());
        }
        assertThat(recorded(MARCH).total()).isEqualTo(seal.totals().total());
        assertThat(recorded(MARCH).events()).isEqualTo(seal.totals().events());
        assertThat(recorded(MARCH).lastPosition()).isEqualTo(seal.totals().lastPosition());
        assertThat(recorded(APRIL).total().cost()).isEqualTo(Money.of("4.75"));
        assertThat(recorded(APRIL).total().calls()).isEqualTo(1);
        assertThat(recorded(APRIL).adjusted()).isEqualTo(Money.of("-0.25"));
    }

    @Test
    void aClosingThatWasInterruptedGoesOn() {
        settled("0.5", NOON);
        node.ledger().execute(new PeriodCommand.BeginClosing(search.organisation(), MARCH, BERLIN, by(IN_APRIL)));
        assertThat(directory().getFirst().seal()).isNull();

        CallId between = authorised("1", NOON);
        other.ledger().execute(settle(key, between, "0.75", IN_APRIL));
        assertThat(close(MARCH, true).totals().total().cost()).isEqualTo(Money.of("0.5"));
        assertThat(recorded(APRIL).total().cost()).isEqualTo(Money.of("0.75"));
    }

    @Test
    void theMonthIsShutOnlyWhenEveryBatchThatTookItForOpenHasCommitted() throws Exception {
        settled("0.5", NOON);
        try (Connection batch = database.dataSource().getConnection();
                Statement statement = batch.createStatement();
                ExecutorService another = Executors.newVirtualThreadPerTaskExecutor()) {
            batch.setAutoCommit(false);
            statement.execute(
                    "select pg_advisory_xact_lock_shared(1296388947, hashtext('" + search.organisation() + "'))");
            Future<Closed> seal = another.submit(() -> close(MARCH, true));
            await().until(() -> JdbcClient.create(database.dataSource())
                    .sql("select count(*) = 1 from pg_locks where locktype = 'advisory' and not granted")
                    .query(Boolean.class)
                    .single());
            assertThat(directory()).isEmpty();
            batch.commit();
            assertThat(seal.get().totals().total().calls()).isEqualTo(1);
        }
    }

    /** Whatever is decided while a month is shut is either in the seal or in the next month. */
    @Test
    void nothingIsLostBetweenTwoMonthsWhileClientsOfTwoProcessesGoOn() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("PeriodClosingTest -Dseed=" + seed);
        int clients = 8;
        CountDownLatch halfway = new CountDownLatch(clients * 20);
        Closed seal;
        try (ExecutorService running = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                Random random = new Random(seed + client);
                all.add(running.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        LedgerForTests process = random.nextBoolean() ? node : other;
                        CallId call = authorised("0.1", NOON);
                        process.ledger().execute(settle(key, call, "0.01", IN_APRIL));
                        process.bean(Adjustments.class)
                                .adjust(
                                        key,
                                        AdjustmentId.next(),
                                        AdjustmentKind.CORRECTION,
                                        Money.of("0.001"),
                                        call,
                                        null,
                                        by(IN_APRIL));
                        halfway.countDown();
                    }
                }));
            }
            halfway.await();
            seal = close(MARCH, true);
            for (Future<?> client : all) {
                client.get();
            }
        }
        assertThat(recorded(MARCH).total()).isEqualTo(seal.totals().total());
        assertThat(recorded(MARCH).events()).isEqualTo(seal.totals().events());
        Figures april = recorded(APRIL).total();
        assertThat(april.calls()).isPositive();
        assertThat(seal.totals().total().calls() + april.calls()).isEqualTo(320);
        assertThat(seal.totals().total().cost().plus(april.cost())).isEqualTo(Money.of("3.52"));
        assertThat(ofKey(NOON).spent()).isEqualTo(seal.totals().total().cost());
        assertThat(ofKey(IN_APRIL).spent()).isEqualTo(april.cost());
    }

    // --- words ---

    private KeyId organisationWithAKey() {
        node.ledger().execute(new CreateOrganisation(search.organisation(), "Acme", "USD", BERLIN, BY_ADA));
        KeySecrets secrets = node.bean(KeySecrets.class);
        return node.ledger()
                .execute(new IssueKey(
                        KeyId.next(),
                        "a key",
                        search,
                        secrets.hash(secrets.next("test")),
                        Policy.DEFAULT,
                        List.of(hardly("1000")),
                        BERLIN,
                        BY_ADA));
    }

    private static ai.costauditor.ledger.budgets.BudgetLimit hardly(String limit) {
        return hard(limit, BudgetWindow.MONTH);
    }

    private void limit(ai.costauditor.ledger.budgets.BudgetLimit limit) {
        node.ledger().execute(new SetLimits(team(), List.of(limit), BERLIN, BY_ADA));
    }

    private Scope team() {
        return Scope.of(search).get(1);
    }

    private CallId authorised(String hold, Instant at) {
        CallId call = CallId.next();
        node.ledger().execute(authorise(key, call, hold, at));
        return call;
    }

    private CallId settled(String cost, Instant at) {
        CallId call = authorised("1", at);
        node.ledger().execute(settle(key, call, cost, at));
        return call;
    }

    private ChargeAdjusted adjust(CallId call, String amount, Instant at) {
        return node.bean(Adjustments.class)
                .adjust(key, AdjustmentId.next(), AdjustmentKind.CREDIT, Money.of(amount), call, null, by(at));
    }

    private static Change by(Instant at) {
        return new Change("user_ada", at, "the auditors are waiting");
    }

    private Closed close(YearMonth month, boolean force) {
        return periods(other).close(search.organisation(), month, force, by(IN_APRIL));
    }

    private static PeriodClosing periods(LedgerForTests process) {
        return process.bean(PeriodClosing.class);
    }

    private List<PeriodDirectory.Entry> directory() {
        return node.bean(PeriodDirectory.class).list(search.organisation());
    }

    private PeriodTotals recorded(YearMonth month) {
        return new RecordedPeriods(database.dataSource()).totals(search.organisation(), ClosedMonth.of(month, BERLIN));
    }

    private BudgetBalance balance(Instant at) {
        return other.bean(Balances.class).ofScope(team(), at).getFirst();
    }

    private BudgetBalance ofKey(Instant at) {
        return other.bean(Balances.class).ofKey(key, at).getFirst();
    }
}
