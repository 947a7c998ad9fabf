package ai.costauditor.ledger.faults;

import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.check.Check;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Report;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.LoadNode;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.store.EventJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What must be true after every fault: the ledger's own check, and everything that was acknowledged is in the record. */
final class Account {

    /** What was counted in one chapter. */
    record Sums(long events, long acknowledged, long unavailable, long refused, long expired, long releasedAfterDoubt) {
        Sums plus(Sums other) {
            return new Sums(
                    events + other.events,
                    acknowledged + other.acknowledged,
                    unavailable + other.unavailable,
                    refused + other.refused,
                    expired + other.expired,
                    releasedAfterDoubt + other.releasedAfterDoubt);
        }
    }

    /**
     * What must be nothing.
     *
     * @param missing settlements that were acknowledged and are not in the record, or with another cost
     * @param limitsPassed authorisations past a hard limit
     * @param differences everything else that the ledger's check found
     * @param leftOpen holds that nobody ended
     */
    record Wrongs(long missing, long limitsPassed, long differences, long leftOpen) {
        Wrongs plus(Wrongs other) {
            return new Wrongs(
                    missing + other.missing,
                    limitsPassed + other.limitsPassed,
                    differences + other.differences,
                    leftOpen + other.leftOpen);
        }

        boolean areNone() {
            return missing + limitsPassed + differences + leftOpen == 0;
        }
    }

    private final Database database;
    private final JdbcClient sql;
    private final ObjectMapper json = EventJson.create().getObjectMapper();
    private final List<LoadNode> all = new ArrayList<>();
    private final Consumer<String> say;
    private long position;
    private final Map<CallId, Money> recorded = new HashMap<>();

    Account(Database database, Consumer<String> say) {
        this.database = database;
        this.sql = JdbcClient.create(database.dataSource());
        this.say = say;
    }

    void watch(LoadNode node) {
        all.add(node);
    }

    /** What is wrong is said, too. */
    Wrongs wrongs() throws SQLException {
        Map<CallId, Money> acknowledged = new HashMap<>();
        all.forEach(node -> acknowledged.putAll(node.settled()));
        readSettlements();
        List<CallId> missing = acknowledged.entrySet().stream()
                .filter(settled -> !settled.getValue().equals(recorded.get(settled.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        try (Connection connection = database.dataSource().getConnection()) {
            Report report = new Check(null, book -> List.of(), (what, events, of) -> {}).run(connection);
            say.accept(acknowledged.size() + " settlements acknowledged, " + missing.size() + " missing "
                    + missing.stream().limit(5).toList() + "; " + report.events() + " events, the check is "
                    + (report.isFine() ? "clean" : report.lines()));
            return new Wrongs(missing.size(), differences(report, true), differences(report, false), 0);
        }
    }

    private static long differences(Report report, boolean ofLimits) {
        return report.lines().stream()
                .filter(line -> line.name().startsWith("hard limits") == ofLimits)
                .mapToLong(Line::differences)
                .sum();
    }

    /** Positions are given before a commit, so those of the last look are looked at again. */
    private void readSettlements() {
        sql.sql("""
                        select position, call, payload from ledger_event
                        where position > ? and event_type in ('key.CallSettled', 'key.CallSettledLate')""").param(position - 5_000).query(row -> {
            JsonNode charge = json.readTree(row.getString("payload")).get("charge");
            Charge read = json.treeToValue(charge, Charge.class);
            Money cost = read.total();
            if (cost != null) {
                recorded.put(new CallId(row.getString("call")), cost);
            }
            position = Math.max(position, row.getLong("position"));
        });
    }

    /** Holds of processes that died or stopped end as unresolved, by the sweeper of one that lives. */
    Wrongs leftOpen() {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (openHolds() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        return new Wrongs(0, 0, 0, openHolds());
    }

    /** By the events, not by the sweeper's table. */
    private long openHolds() {
        return sql.sql("""
                        select count(*) from (
                          select call from ledger_event where event_type = 'key.CallAuthorised'
                          except
                          select call from ledger_event
                          where event_type in ('key.CallSettled', 'key.CallReleased', 'key.HoldExpired')) open""").query(Long.class).single();
    }

    Sums sums() {
        return new Sums(
                count("true"),
                all.stream().mapToLong(node -> node.settled().size()).sum(),
                all.stream().mapToLong(LoadNode::unavailable).sum(),
                count("event_type = 'key.CallDenied'"),
                count("event_type = 'key.HoldExpired'"),
                count("event_type = 'key.CallReleased'"));
    }

    private long count(String condition) {
        return sql.sql("select count(*) from ledger_event where " + condition)
                .query(Long.class)
                .single();
    }
}
