package ai.costauditor.ledger.holds;

import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class HoldSweeperTest {

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final LedgerForTests node = LedgerForTests.over(
            database,
            Map.of(
                    "auditor.ledger.node.sweep",
                    "1h",
                    "auditor.ledger.node.dead-after",
                    "1s",
                    "auditor.ledger.node.heartbeat",
                    "50ms"));
    private final KeyId key = KeyId.next();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aHoldThatIsPastItsTimeExpiresAndOthersStay() {
        node.ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        CallId late = call("3", Instant.now().minusSeconds(60), myself());
        CallId extended = call("2", Instant.now().minusSeconds(60), myself());
        node.ledger().execute(new ExtendHold(key, extended, Instant.now().plusSeconds(600), Instant.now()));
        CallId settled = call("1", Instant.now().minusSeconds(60), myself());
        node.ledger().execute(settle(key, settled, "0.5", Instant.now()));

        sweep();
        assertThat(events("key.HoldExpired")).containsExactly(late.value());

        sweep();
        assertThat(events("key.HoldExpired")).containsExactly(late.value());
        assertThat(openHolds()).containsExactly(extended.value());
    }

    @Test
    void theHoldsOfADeadProcessEndAndThoseOfALivingOneAndOfStrangersStay() {
        node.ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        Instant later = Instant.now().plusSeconds(600);
        JdbcClient.create(database.dataSource())
                .sql("insert into ledger_node (id, seen_at) values ('node_dead', clock_timestamp() - interval '6 s')")
                .update();
        CallId orphan = call("3", later, "node_dead");
        CallId mine = call("3", later, myself());
        CallId unheardOf = call("3", later, "node_unheard_of");

        sweepUntilOneHasEnded();
        sweep();

        assertThat(events("key.HoldExpired")).containsExactly(orphan.value());
        assertThat(openHolds()).containsExactlyInAnyOrder(mine.value(), unheardOf.value());
    }

    @Test
    void aProcessThatStopsInOrderIsDeadAtOnce() {
        LedgerForTests other = LedgerForTests.over(database, Map.of("auditor.ledger.node.sweep", "1h"));
        other.ledger().execute(issue(key));
        CallId orphan = call(
                "3", Instant.now().plusSeconds(600), other.bean(NodeLease.class).node());
        other.close();

        sweepUntilOneHasEnded();
        assertThat(events("key.HoldExpired")).containsExactly(orphan.value());
    }

    private CallId call(String hold, Instant expires, String by) {
        CallId call = CallId.next();
        Instant at = expires.minus(Duration.ofMinutes(10));
        node.ledger()
                .execute(new AuthoriseCall(
                        key, call, request("f"), new Hold(Money.of(hold), expires, by), PriceStatus.PRICED, at));
        return call;
    }

    private String myself() {
        return node.bean(NodeLease.class).node();
    }

    private void sweep() {
        node.bean(HoldSweeper.class).sweep();
    }

    /** Silence is believed only after this process has been heard for as long itself. */
    private void sweepUntilOneHasEnded() {
        await().until(() -> {
            sweep();
            return !events("key.HoldExpired").isEmpty();
        });
    }

    private List<String> events(String type) {
        return JdbcClient.create(database.dataSource())
                .sql("select payload::json ->> 'call' from ledger_event where event_type = ? order by position")
                .param(type)
                .query(String.class)
                .list();
    }

    private List<String> openHolds() {
        return JdbcClient.create(database.dataSource())
                .sql("select call from open_hold")
                .query(String.class)
                .list();
    }
}
