package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes with callers of their own on one database, and what the other does when one is killed or frozen. */
@NullUnmarked
class TwoJvmsTest {

    private static final int ORGANISATIONS = 6;

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final List<KeyId> keys = new ArrayList<>();
    private final KeyId small = KeyId.next();
    private final List<LoadNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        try (LedgerForTests first = LedgerForTests.over(database)) {
            for (int i = 0; i < ORGANISATIONS; i++) {
                KeyId key = i == 0 ? small : KeyId.next();
                first.ledger().execute(issueIn("org_" + i, key, i == 0 ? "20" : "100000"));
                keys.add(key);
            }
        }
        nodes.add(LoadNode.start(database, 1, keys, Map.of()));
        nodes.add(LoadNode.start(database, 1001, keys, Map.of()));
        await(() -> nodes.stream().allMatch(LoadNode::isReady));
        nodes.forEach(node -> awaitMoreFrom(node, 20));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (LoadNode node : nodes) {
            node.kill();
        }
    }

    @Test
    void oneIsKilledAndTheOtherGoesOnWithAllOrganisations() throws Exception {
        LoadNode killed = nodes.getFirst();
        LoadNode other = nodes.getLast();
        killed.kill();
        awaitMoreFrom(other, 20);
        other.stop();

        assertThat(other.unavailable()).as("callers who were told to try again").isZero();
        agreeWithTheRecord();
    }

    @Test
    void oneIsFrozenAndTheOtherGoesOnAndBothDoWhenItWakes() throws Exception {
        LoadNode frozen = nodes.getFirst();
        LoadNode other = nodes.getLast();
        signal("STOP", frozen);
        awaitMoreFrom(other, 20);
        signal("CONT", frozen);
        nodes.forEach(node -> awaitMoreFrom(node, 20));
        for (LoadNode node : nodes) {
            node.stop();
        }
        agreeWithTheRecord();
    }

    /** {@link RecordedKeys} itself asserts versions without a gap, one end of each call, and no hard limit passed. */
    private void agreeWithTheRecord() {
        RecordedKeys recorded = RecordedKeys.read(database);
        int settled = 0;
        for (LoadNode node : nodes) {
            for (Map.Entry<CallId, Money> acknowledged : node.settled().entrySet()) {
                RecordedKeys.Call call = recorded.keys
                        .get(node.keyOf(acknowledged.getKey()))
                        .calls
                        .get(acknowledged.getKey());
                assertThat(call.state).isEqualTo(RecordedKeys.State.SETTLED);
                assertThat(call.cost).isEqualTo(acknowledged.getValue());
                settled++;
            }
        }
        System.out.println(recorded.events + " events, " + settled + " settlements acknowledged");
        Money counted = recorded.keys.get(small).calls.values().stream()
                .map(RecordedKeys.Call::counted)
                .reduce(Money.ZERO, Money::plus);
        assertThat(counted).isBetween(Money.of("19"), Money.of("20"));
    }

    /** Calls of every organisation but the one whose budget is small. */
    private void awaitMoreFrom(LoadNode node, int calls) {
        Map<KeyId, Integer> before = node.settledPerKey();
        await(() -> {
            Map<KeyId, Integer> now = node.settledPerKey();
            return keys.stream()
                    .filter(key -> !key.equals(small))
                    .allMatch(key -> now.getOrDefault(key, 0) >= before.getOrDefault(key, 0) + calls);
        });
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(90))
                .until(condition::getAsBoolean);
    }

    private static void signal(String name, LoadNode node) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(node.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private static IssueKey issueIn(String organisation, KeyId key, String limit) {
        IssueKey issue = issue(key, hard(limit, BudgetWindow.TOTAL));
        Attribution attribution = issue.attribution();
        return new IssueKey(
                key,
                issue.name(),
                new Attribution(new OrganisationId(organisation), attribution.team(), attribution.project(), null),
                issue.secret(),
                issue.policy(),
                issue.budgets(),
                issue.zone(),
                issue.change());
    }
}
