package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.cluster.ClusterForTests;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.RotateSecret;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What one process changes and another one sees. */
@NullUnmarked
class KeyDirectoryTest {

    private static PostgresForTests.Database database;
    private static LedgerForTests here;
    private static LedgerForTests there;

    private final KeySecrets secrets = here.bean(KeySecrets.class);
    private final KeyDirectory mine = here.bean(KeyDirectory.class);
    private final KeyDirectory theirs = there.bean(KeyDirectory.class);
    private final KeyId key = KeyId.next();
    private final String secret = secrets.next("test");

    @BeforeAll
    static void start() {
        database = PostgresForTests.fresh();
        here = LedgerForTests.over(database);
        there = LedgerForTests.over(database);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    @Test
    void aNewKeyWorksEverywhereAtOnce() {
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        assertThat(mine.find(secret)).isPresent();
        assertThat(theirs.find(secret)).isPresent();
    }

    @Test
    void aKeyThatSomebodyAskedForTooEarlyIsFoundWithinASecond() {
        assertThat(theirs.find(secret)).isEmpty();
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        await().atMost(Duration.ofSeconds(1)).until(() -> theirs.find(secret).isPresent());
    }

    @Test
    void aRevokedKeyIsRefusedHereAtOnceAndElsewhereWithinASecond() {
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        assertThat(theirs.find(secret).orElseThrow().status()).isEqualTo(KeyStatus.ACTIVE);

        here.ledger().execute(new RevokeKey(key, BY_ADA));
        assertThat(mine.find(secret).orElseThrow().status()).isEqualTo(KeyStatus.REVOKED);
        await().atMost(Duration.ofSeconds(1))
                .until(() -> theirs.find(secret).orElseThrow().status() == KeyStatus.REVOKED);
    }

    @Test
    void anOldSecretStopsWorkingElsewhereWithinASecond() {
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        assertThat(theirs.find(secret)).isPresent();
        String next = secrets.next("test");
        here.ledger().execute(new RotateSecret(key, secrets.hash(next), BY_ADA));
        assertThat(theirs.find(next)).isPresent();
        await().atMost(Duration.ofSeconds(1)).until(() -> theirs.find(secret).isEmpty());
    }

    @Test
    void inAClusterAChangeIsSeenAtOnceByTheProcessThatWasAsked() {
        PostgresForTests.Database shared = PostgresForTests.fresh();
        try (ClusterForTests cluster = ClusterForTests.of(2, shared)) {
            for (LedgerForTests node : cluster.nodes()) {
                KeyDirectory keys = node.bean(KeyDirectory.class);
                KeyId mine = KeyId.next();
                String old = secrets.next("test");
                String next = secrets.next("test");
                assertThat(keys.find(next)).isEmpty();
                node.ledger().execute(issue(mine, secrets.hash(old), Policy.DEFAULT));
                assertThat(keys.find(old).orElseThrow().status()).isEqualTo(KeyStatus.ACTIVE);
                node.ledger().execute(new SuspendKey(mine, BY_ADA));
                assertThat(keys.find(old).orElseThrow().status()).isEqualTo(KeyStatus.SUSPENDED);
                node.ledger().execute(new RotateSecret(mine, secrets.hash(next), BY_ADA));
                assertThat(keys.find(old)).isEmpty();
                assertThat(keys.find(next)).isPresent();
            }
        }
    }

    @Test
    void everyChangeIsInTheEntry() {
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        here.ledger().execute(new SuspendKey(key, BY_ADA));
        assertThat(entry().status()).isEqualTo(KeyStatus.SUSPENDED);
        here.ledger().execute(new ResumeKey(key, BY_ADA));
        here.ledger().execute(new SetBudgets(key, List.of(hard("1", BudgetWindow.DAY)), BY_ADA));
        assertThat(entry().hasHardBudget()).isTrue();
        assertThat(entry().status()).isEqualTo(KeyStatus.ACTIVE);
        assertThat(mine.list(RESEARCH.organisation())).contains(entry());
        assertThat(mine.get(OrganisationId.next(), key)).isEmpty();
    }

    @Test
    void aTypingErrorAndAGuessFindNothing() {
        assertThat(mine.find("sk-something")).isEmpty();
        assertThat(mine.find(secret.substring(0, secret.length() - 1))).isEmpty();
        assertThat(mine.find(secrets.next("test"))).isEmpty();
    }

    @Test
    void theSecretIsNowhereInTheDatabase() {
        here.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        Long found = JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where strpos(payload, ?) > 0")
                .param(secret)
                .query(Long.class)
                .single();
        assertThat(found).isZero();
    }

    private KeyDirectory.Entry entry() {
        return mine.get(RESEARCH.organisation(), key).orElseThrow();
    }
}
