package ai.costauditor.ledger.cluster;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Balances;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@NullUnmarked
class TwoNodesTest {

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final ClusterForTests cluster =
            ClusterForTests.of(2, database, Map.of("auditor.cluster.answer-within", "1s"));
    private final KeyId key = KeyId.next();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void anOrganisationIsDecidedByOneOfThemWhoeverIsAsked() {
        for (LedgerForTests node : cluster.nodes()) {
            node.ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        }
        CallId call = CallId.next();
        Authorisation first = cluster.node(0).ledger().execute(authorise(key, call, "1", NOON));
        Authorisation again = cluster.node(1).ledger().execute(authorise(key, call, "1", NOON));
        cluster.node(1).ledger().execute(settle(key, call, "0.25", NOON));

        assertThat(first).isEqualTo(again).isEqualTo(new Authorised(call, Money.of("1"), Money.of("9")));
        List<ClusterMeters> meters =
                cluster.nodes().stream().map(ClusterForTests::meters).toList();
        ClusterMeters owner = meters.get(meters.get(0).there.count() == 0 ? 0 : 1);
        ClusterMeters other = meters.get(meters.get(0).there.count() == 0 ? 1 : 0);
        assertThat(owner.there.count()).isZero();
        assertThat(other.here.count()).isZero();
        assertThat(owner.here.count() + owner.asked.count()).isEqualTo(5);
        assertThat(owner.asked.count()).isEqualTo(other.there.count());
    }

    @Test
    void anOwnerThatDoesNotAnswerIsReplacedAndDecidesTheSame() {
        cluster.node(0).ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        LedgerForTests owner =
                ClusterForTests.meters(cluster.node(0)).there.count() == 0 ? cluster.node(0) : cluster.node(1);
        LedgerForTests other = owner == cluster.node(0) ? cluster.node(1) : cluster.node(0);
        other.ledger().execute(authorise(key, CallId.next(), "1", NOON));
        double instead = ClusterForTests.meters(other).instead.count();

        cluster.cutOff(owner);
        CallId call = CallId.next();
        Authorisation answer = other.ledger().execute(authorise(key, call, "2", NOON));
        Authorisation again = owner.ledger().execute(authorise(key, call, "2", NOON));

        assertThat(answer).isEqualTo(again).isEqualTo(new Authorised(call, Money.of("2"), Money.of("7")));
        assertThat(ClusterForTests.meters(other).instead.count()).isEqualTo(instead + 1);
        assertThat(authorisationsRecorded()).isEqualTo(2);
    }

    @Test
    void aNodeThatStopsHandsItsOrganisationsOver() {
        cluster.node(0).ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        cluster.node(0).close();
        ClusterForTests.awaitMembers(cluster.node(1), 1);

        assertThat(cluster.node(1).ledger().execute(authorise(key, CallId.next(), "1", NOON)))
                .isInstanceOf(Authorised.class);
        assertThat(JdbcClient.create(database.dataSource())
                        .sql("select count(*) from cluster_member")
                        .query(Integer.class)
                        .single())
                .as("who is there")
                .isEqualTo(1);
    }

    @Test
    void aHoldThatTheOwnerPlacedTooLateIsReleased() {
        cluster.node(0).ledger().execute(issue(key, hard("10", BudgetWindow.TOTAL)));
        AuthoriseCall forwarded = authorise(key, CallId.next(), "1", NOON);
        AuthoriseCall late = authorise(key, CallId.next(), "2", NOON);
        Authorisation answer = cluster.node(0).ledger().execute(forwarded);
        cluster.node(1).ledger().execute(late);
        try (Doubts doubts = new Doubts(cluster.node(0).ledger(), Duration.ofMillis(50))) {
            doubts.noteUnlessItStands(forwarded, answer);
            doubts.noteUnlessItStands(late, new Refused(late.call(), Refusal.PARALLEL_CALLS, Money.ZERO, null));
            Awaitility.await().until(() -> held().equals(Money.of("1")));
        }
    }

    private Money held() {
        return cluster.node(1).bean(Balances.class).ofKey(key, NOON).getFirst().held();
    }

    private long authorisationsRecorded() {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where event_type = 'key.CallAuthorised'")
                .query(Long.class)
                .single();
    }

    @Test
    void refusalsAndBrokenRulesArriveAsWhatTheyAre() {
        cluster.node(0).ledger().execute(issue(key, hard("1", BudgetWindow.TOTAL)));
        for (LedgerForTests node : cluster.nodes()) {
            CallId call = CallId.next();
            assertThat(node.ledger().execute(authorise(key, call, "1.5", NOON)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.balance().available()).isEqualTo(Money.of("1")));
            assertThatThrownBy(() -> node.ledger().execute(settle(key, CallId.next(), "1", NOON)))
                    .isInstanceOfSatisfying(
                            RuleViolated.class, rule -> assertThat(rule.code()).isEqualTo(RuleViolated.Code.NOT_FOUND))
                    .hasMessageContaining("was never authorised");
        }
    }
}
