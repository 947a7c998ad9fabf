package ai.costauditor.ledger;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.RotateSecret;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyFixture;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.KeyStatus;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class LedgerOnPostgresTest {

    private static PostgresForTests.Database database;
    private static LedgerForTests node;

    @BeforeAll
    static void start() {
        database = PostgresForTests.fresh();
        node = LedgerForTests.over(database);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** An index over a large record takes longer than a call may take. */
    @Test
    void onlyMigrationsMayTakeAsLongAsTheyNeed() {
        JdbcClient ofMigrations =
                JdbcClient.create(node.bean(Flyway.class).getConfiguration().getDataSource());
        JdbcClient ofCalls = JdbcClient.create(node.bean(DataSource.class));
        for (String limit : List.of("statement_timeout", "idle_in_transaction_session_timeout")) {
            assertThat(shown(ofMigrations, limit)).as(limit).isEqualTo("0");
            assertThat(shown(ofCalls, limit)).as(limit).isEqualTo("10s");
        }
    }

    private static String shown(JdbcClient sql, String setting) {
        return sql.sql("show " + setting).query(String.class).single();
    }

    @Test
    void aCallIsHeldThenSettledAndBothAreInTheRecord() {
        KeyId key = KeyId.next();
        CallId call = CallId.next();
        node.ledger().execute(issue(key, hard("1", BudgetWindow.MONTH)));

        assertThat(node.ledger().execute(authorise(key, call, "0.4", NOON)))
                .isEqualTo(new Authorised(call, Money.of("0.4"), Money.of("0.6")));
        assertThat(node.ledger().execute(settle(key, call, "0.25", NOON)).available())
                .isEqualTo(Money.of("0.75"));

        assertThat(JdbcClient.create(database.dataSource())
                        .sql("select version || ' ' || event_type from ledger_event where stream = ? order by version")
                        .param(key.value())
                        .query(String.class)
                        .list())
                .containsExactly("1 key.Issued", "2 key.CallAuthorised", "3 key.CallSettled");
    }

    @Test
    void aCallThatWouldPassTheLimitIsRefused() {
        KeyId key = KeyId.next();
        node.ledger().execute(issue(key, hard("1", BudgetWindow.MONTH)));

        assertThat(node.ledger().execute(authorise(key, CallId.next(), "1.000000000001", NOON)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refusal.BUDGET_EXHAUSTED));
    }

    @Test
    void anUnknownKeyBreaksARule() {
        assertThatThrownBy(() -> node.ledger().execute(authorise(KeyId.next(), CallId.next(), "1", NOON)))
                .isInstanceOfSatisfying(
                        RuleViolated.class, e -> assertThat(e.code()).isEqualTo(RuleViolated.Code.NOT_FOUND));
    }

    @Test
    void aKeyIsFoundByItsSecretAsSoonAsItIsIssuedAndIsRevokedAtOnce() {
        KeySecrets secrets = node.bean(KeySecrets.class);
        KeyDirectory directory = node.bean(KeyDirectory.class);
        KeyId key = KeyId.next();
        String secret = secrets.next("test");
        assertThat(directory.find(secret)).isEmpty();

        node.ledger().execute(issue(key, secrets.hash(secret), Policy.DEFAULT));
        assertThat(directory.find(secret).orElseThrow().status()).isEqualTo(KeyStatus.ACTIVE);

        String rotated = secrets.next("test");
        node.ledger().execute(new RotateSecret(key, secrets.hash(rotated), KeyFixture.BY_ADA));
        assertThat(directory.find(secret)).isEmpty();
        assertThat(directory.find(rotated)).isPresent();

        node.ledger().execute(new RevokeKey(key, KeyFixture.BY_ADA));
        assertThat(directory.find(rotated).orElseThrow().status()).isEqualTo(KeyStatus.REVOKED);
        assertThat(directory.get(KeyFixture.RESEARCH.organisation(), key)).isPresent();
        assertThat(directory.get(OrganisationId.next(), key)).isEmpty();
    }

    @Test
    void theTreeOfAnOrganisationIsThereWhenTheCommandIsAnswered() {
        OrganisationId organisation = OrganisationId.next();
        TeamId team = TeamId.next();
        ProjectId project = ProjectId.next();
        node.ledger()
                .execute(new CreateOrganisation(organisation, "Acme", "USD", KeyFixture.BERLIN, KeyFixture.BY_ADA));
        node.ledger().execute(new CreateTeam(organisation, team, "Search", KeyFixture.BY_ADA));
        node.ledger().execute(new CreateProject(organisation, team, project, "Ranking", KeyFixture.BY_ADA));

        OrganisationDirectory directory = node.bean(OrganisationDirectory.class);
        assertThat(directory.tree(organisation).orElseThrow().teams().getFirst().projects())
                .containsExactly(new OrganisationDirectory.Project(project, "Ranking"));
        assertThat(directory.project(organisation, project).orElseThrow().team())
                .isEqualTo(team);
        assertThat(directory.project(OrganisationId.next(), project)).isEmpty();
    }
}
