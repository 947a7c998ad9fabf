package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.stack.ProtocolStack;

/** Processes of the ledger that know each other, all in this JVM. */
public final class ClusterForTests implements AutoCloseable {

    static final String SECRET = "hex:" + "5c".repeat(32);

    private final PostgresForTests.Database database;
    private final List<LedgerForTests> nodes = new ArrayList<>();

    private ClusterForTests(PostgresForTests.Database database) {
        this.database = database;
    }

    public static ClusterForTests of(int nodes, PostgresForTests.Database database) {
        return of(nodes, database, Map.of());
    }

    public static ClusterForTests of(int nodes, PostgresForTests.Database database, Map<String, Object> settings) {
        ClusterForTests cluster = new ClusterForTests(database);
        for (int i = 0; i < nodes; i++) {
            cluster.join(settings);
        }
        return cluster;
    }

    LedgerForTests join(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings());
        all.putAll(settings);
        LedgerForTests node = LedgerForTests.over(database, all);
        nodes.add(node);
        awaitAll();
        return node;
    }

    public static Map<String, Object> settings() {
        return Map.of("auditor.cluster", "jgroups", "auditor.cluster.port", "0", "auditor.cluster.secret", SECRET);
    }

    public LedgerForTests node(int number) {
        return nodes.get(number);
    }

    public List<LedgerForTests> nodes() {
        return nodes;
    }

    public static void awaitMembers(LedgerForTests node, int count) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(() -> peers(node).members().size() == count);
    }

    static Peers peers(LedgerForTests node) {
        return node.bean(ClusterLedger.class).peers();
    }

    static ClusterMeters meters(LedgerForTests node) {
        return node.bean(ClusterLedger.class).meters();
    }

    /** Nothing of it arrives anywhere any more, and nothing at it, but its connections stay open. */
    public void cutOff(LedgerForTests node) {
        try {
            peers(node)
                    .channel()
                    .getProtocolStack()
                    .insertProtocol(new DISCARD().discardAll(true), ProtocolStack.Position.ABOVE, TP.class);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public void mend(LedgerForTests node) {
        peers(node).channel().getProtocolStack().removeProtocol(DISCARD.class);
    }

    public void awaitAll() {
        nodes.forEach(node -> awaitMembers(node, nodes.size()));
    }

    /** Commands of callers that their owner decided, and that were decided instead where they were asked for. */
    public record Counts(long here, long there, long instead) {}

    public Counts counts() {
        return new Counts(sum(meters -> meters.here), sum(meters -> meters.there), sum(meters -> meters.instead));
    }

    private long sum(Function<ClusterMeters, Counter> counter) {
        return nodes.stream()
                .mapToLong(node -> (long) counter.apply(meters(node)).count())
                .sum();
    }

    @Override
    public void close() {
        nodes.forEach(LedgerForTests::close);
    }
}
