package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.PostgresProxy;
import ai.costauditor.ledger.PostgresProxy.Fate;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.money.Money;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network that breaks at the worst moments: between a commit and its answer, or without a word. */
@NullUnmarked
class NetworkFaultsTest {

    /** A process that finds out quickly, so that the tests are short. */
    static final Map<String, Object> IMPATIENT = Map.of(
            "spring.datasource.hikari.maximum-pool-size", "6",
            "spring.datasource.hikari.connection-timeout", "500",
            "spring.datasource.hikari.validation-timeout", "250",
            "spring.datasource.hikari.data-source-properties.connectTimeout", "1",
            "spring.datasource.hikari.data-source-properties.socketTimeout", "1",
            "auditor.ledger.node.sweep", "1h");

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final PostgresProxy network = PostgresProxy.before(database);
    private final LedgerForTests node = LedgerForTests.over(network.database(), IMPATIENT);
    private final Ledger ledger = node.ledger();
    private final KeyId key = KeyId.next();
    private final CallId call = CallId.next();

    @BeforeEach
    void issueTheKey() {
        ledger.execute(issue(key, hard("10", BudgetWindow.TOTAL)));
    }

    @AfterEach
    void stop() {
        node.close();
        network.close();
    }

    @Test
    void anAuthorisationWhoseAnswerWasLostIsAskedForAgain() {
        network.fateOfTheNextCommit(Fate.IS_DONE_AND_THE_ANSWER_LOST);

        assertThat(ledger.execute(authorise(key, call, "3", NOON)))
                .isEqualTo(new Authorised(call, Money.of("3"), Money.of("7")));
        assertThat(network.cuts()).isEqualTo(1);
        assertThat(state(call)).isEqualTo(RecordedKeys.State.HELD);
    }

    @Test
    void aHoldThatNobodyWasToldOfIsReleasedWhenTheStoreIsBack() {
        network.fateOfTheNextCommitBeforeAllIsAway(Fate.IS_DONE_AND_THE_ANSWER_LOST);

        assertThatThrownBy(() -> ledger.execute(authorise(key, call, "3", NOON)))
                .isInstanceOf(LedgerUnavailable.class);
        assertThat(state(call)).isEqualTo(RecordedKeys.State.HELD);

        network.comeBack();
        await().until(() -> state(call) == RecordedKeys.State.RELEASED);
        assertThat(available()).isEqualTo(Money.of("10"));
    }

    @Test
    void aHoldWhoseCommitWasStillOnItsWayIsReleasedToo() {
        network.fateOfTheNextCommitBeforeAllIsAway(Fate.IS_HELD_UP);

        assertThatThrownBy(() -> ledger.execute(authorise(key, call, "3", NOON)))
                .isInstanceOf(LedgerUnavailable.class);
        assertThat(state(call)).isNull();

        network.comeBack();
        await().ignoreExceptions().until(() -> available().equals(Money.of("10")));
        network.letGo();
        await().until(() -> state(call) == RecordedKeys.State.RELEASED);
        assertThat(available()).isEqualTo(Money.of("10"));
    }

    @Test
    void aSettlementWhoseAnswerWasLostAnswersTheSameAgainAndCountsOnce() {
        ledger.execute(authorise(key, call, "3", NOON));
        network.fateOfTheNextCommitBeforeAllIsAway(Fate.IS_DONE_AND_THE_ANSWER_LOST);

        assertThatThrownBy(() -> ledger.execute(settle(key, call, "1.25", NOON)))
                .isInstanceOf(LedgerUnavailable.class);
        network.comeBack();

        await().ignoreExceptions().untilAsserted(() -> assertThat(ledger.execute(settle(key, call, "1.25", NOON)))
                .isEqualTo(new KeyCommand.Settlement(call, Money.of("1.25"), Money.of("8.75"))));
        assertThat(RecordedKeys.read(database).events).isEqualTo(3);
    }

    @Test
    void aServerThatFallsSilentCostsAnErrorAndNoMoney() {
        CallId open = CallId.next();
        ledger.execute(authorise(key, open, "3", NOON));
        network.fallSilent();

        assertThatThrownBy(() -> ledger.execute(authorise(key, call, "3", NOON)))
                .isInstanceOf(LedgerUnavailable.class);
        assertThatThrownBy(() -> ledger.execute(settle(key, open, "1.25", NOON)))
                .isInstanceOf(LedgerUnavailable.class);

        network.speakAgain();
        await().ignoreExceptions().untilAsserted(() -> assertThat(
                        ledger.execute(settle(key, open, "1.25", NOON)).cost())
                .isEqualTo(Money.of("1.25")));
        await().until(() -> state(call) != RecordedKeys.State.HELD);
        assertThat(available()).isEqualTo(Money.of("8.75"));
    }

    private RecordedKeys.State state(CallId of) {
        RecordedKeys.Call recorded =
                RecordedKeys.read(database).keys.get(key).calls.get(of);
        return recorded == null ? null : recorded.state;
    }

    private Money available() {
        return ledger.execute(new KeyCommand.TellBalances(key, NOON)).getFirst().available();
    }
}
