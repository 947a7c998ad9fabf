package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Processes of the ledger that know each other, all in this JVM. */
final class ClusterForTests implements AutoCloseable {

    static final String SECRET = "hex:" + "5c".repeat(32);

    private final PostgresForTests.Database database;
    private final List<LedgerForTests> nodes = new ArrayList<>();

    private ClusterForTests(PostgresForTests.Database database) {
        this.database = database;
    }

    static ClusterForTests of(int nodes, PostgresForTests.Database database) {
        return of(nodes, database, Map.of());
    }

    static ClusterForTests of(int nodes, PostgresForTests.Database database, Map<String, Object> settings) {
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
        nodes.forEach(member -> awaitMembers(member, nodes.size()));
        return node;
    }

    static Map<String, Object> settings() {
        return Map.of("auditor.cluster", "jgroups", "auditor.cluster.port", "0", "auditor.cluster.secret", SECRET);
    }

    LedgerForTests node(int number) {
        return nodes.get(number);
    }

    List<LedgerForTests> nodes() {
        return nodes;
    }

    static void awaitMembers(LedgerForTests node, int count) {
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

    @Override
    public void close() {
        nodes.forEach(LedgerForTests::close);
    }
}
