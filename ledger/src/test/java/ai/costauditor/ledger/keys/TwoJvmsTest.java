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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final List<Node> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        try (LedgerForTests first = LedgerForTests.over(database)) {
            for (int i = 0; i < ORGANISATIONS; i++) {
                KeyId key = i == 0 ? small : KeyId.next();
                first.ledger().execute(issueIn("org_" + i, key, i == 0 ? "20" : "100000"));
                keys.add(key);
            }
        }
        nodes.add(new Node(1));
        nodes.add(new Node(1001));
        await(() -> nodes.stream().allMatch(node -> node.ready));
        nodes.forEach(node -> awaitMoreFrom(node, 20));
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.process.destroyForcibly());
    }

    @Test
    void oneIsKilledAndTheOtherGoesOnWithAllOrganisations() throws Exception {
        Node killed = nodes.getFirst();
        Node other = nodes.getLast();
        killed.process.destroyForcibly().waitFor();
        awaitMoreFrom(other, 20);
        other.stop();

        assertThat(other.unavailable).as("callers who were told to try again").hasValue(0);
        agreeWithTheRecord();
    }

    @Test
    void oneIsFrozenAndTheOtherGoesOnAndBothDoWhenItWakes() throws Exception {
        Node frozen = nodes.getFirst();
        Node other = nodes.getLast();
        signal("STOP", frozen);
        awaitMoreFrom(other, 20);
        signal("CONT", frozen);
        nodes.forEach(node -> awaitMoreFrom(node, 20));
        for (Node node : nodes) {
            node.stop();
        }
        agreeWithTheRecord();
    }

    /** {@link RecordedKeys} itself asserts versions without a gap, one end of each call, and no hard limit passed. */
    private void agreeWithTheRecord() {
        RecordedKeys recorded = RecordedKeys.read(database);
        int settled = 0;
        for (Node node : nodes) {
            for (Map.Entry<CallId, Money> acknowledged : node.settled.entrySet()) {
                RecordedKeys.Call call = recorded.keys
                        .get(node.keyOf.get(acknowledged.getKey()))
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
    private void awaitMoreFrom(Node node, int calls) {
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

    private static void signal(String name, Node node) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(node.process.pid()))
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

    private final class Node {
        final Process process;
        final Map<CallId, Money> settled = new ConcurrentHashMap<>();
        final Map<CallId, KeyId> keyOf = new ConcurrentHashMap<>();
        final AtomicInteger unavailable = new AtomicInteger();
        private final Thread reader;
        volatile boolean ready;

        Node(int seed) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx384m",
                    "-Daxoniq.update-checker.disabled=true",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    LoadProcess.class.getName(),
                    database.url(),
                    database.user(),
                    database.password(),
                    Integer.toString(seed)));
            keys.forEach(key -> command.add(key.value()));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            reader = Thread.ofPlatform().daemon().start(this::read);
        }

        private void read() {
            try (BufferedReader lines = process.inputReader()) {
                lines.lines().forEach(this::heard);
            } catch (IOException e) {
                // it was killed
            }
        }

        private void heard(String line) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "ready" -> ready = true;
                case "settled" -> {
                    CallId call = new CallId(words[2]);
                    keyOf.put(call, new KeyId(words[1]));
                    settled.put(call, Money.of(words[3]));
                }
                case "unavailable" -> unavailable.incrementAndGet();
                default -> System.out.println(process.pid() + " " + line);
            }
        }

        Map<KeyId, Integer> settledPerKey() {
            Map<KeyId, Integer> count = new HashMap<>();
            settled.keySet().forEach(call -> count.merge(keyOf.get(call), 1, Integer::sum));
            return count;
        }

        void stop() throws Exception {
            process.getOutputStream().close();
            process.waitFor();
            reader.join();
        }
    }
}
