package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A key that is loaded from a snapshot decides exactly as one that is loaded from all its events. */
class SnapshotTest {

    private static final Map<String, Object> OFTEN =
            Map.of("auditor.ledger.snapshot-every", "10", "auditor.ledger.node.sweep", "1h");

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final JdbcClient sql = JdbcClient.create(database.dataSource());
    private final KeyId key = KeyId.next();

    @Test
    void aKeyFromASnapshotDecidesAsOneFromAllItsEvents() {
        CallId settled = CallId.next();
        CallId unresolved = CallId.next();
        CallId open = CallId.next();
        CallId denied = CallId.next();
        try (LedgerForTests node = LedgerForTests.over(database, OFTEN)) {
            node.ledger().execute(issue(key, hard("10", BudgetWindow.MONTH)));
            node.ledger().execute(authorise(key, settled, "2", NOON));
            node.ledger().execute(settle(key, settled, "1.5", NOON));
            node.ledger().execute(authorise(key, unresolved, "3", NOON));
            node.ledger().execute(expire(key, unresolved, NOON));
            node.ledger().execute(authorise(key, open, "4", NOON));
            node.ledger().execute(authorise(key, denied, "5", NOON));
            for (int i = 0; i < 10; i++) {
                CallId call = CallId.next();
                node.ledger().execute(authorise(key, call, "0.001", NOON));
                node.ledger().execute(settle(key, call, "0.001", NOON));
            }
            await().until(() -> snapshots() == 1);
        }
        List<Object> fromSnapshot = answers(settled, unresolved, open, denied);
        assertThat(fromSnapshot.get(3)).isInstanceOf(Authorisation.Refused.class);
        sql.sql("delete from ledger_snapshot").update();
        assertThat(answers(settled, unresolved, open, denied)).isEqualTo(fromSnapshot);
    }

    @Test
    void aProcessThatStopsLeavesNoLongWayFromTheLastSnapshot() {
        try (LedgerForTests node = LedgerForTests.over(database, OFTEN)) {
            node.ledger().execute(issue(key, hard("10", BudgetWindow.MONTH)));
            for (int i = 0; i < 40; i++) {
                CallId call = CallId.next();
                node.ledger().execute(authorise(key, call, "0.001", NOON));
                node.ledger().execute(settle(key, call, "0.001", NOON));
            }
        }
        assertThat(sql.sql("""
            select (select max(version) from ledger_event where stream = ?)
                 - (select max(version) from ledger_snapshot where stream = ?)\
            """)
                        .params(key.value(), key.value())
                        .query(Long.class)
                        .single())
                .isLessThan(10);
    }

    /** None of these adds an event. */
    private List<Object> answers(CallId settled, CallId unresolved, CallId open, CallId denied) {
        try (LedgerForTests node = LedgerForTests.over(database, OFTEN)) {
            List<Object> answers = new ArrayList<>();
            for (CallId call : List.of(settled, unresolved, open, denied)) {
                answers.add(node.ledger().execute(authorise(key, call, "9", NOON)));
            }
            answers.add(node.ledger().execute(settle(key, settled, "7", NOON)));
            answers.add(node.ledger().execute(expire(key, unresolved, NOON)));
            return answers;
        }
    }

    private long snapshots() {
        return sql.sql("select count(*) from ledger_snapshot").query(Long.class).single();
    }
}
