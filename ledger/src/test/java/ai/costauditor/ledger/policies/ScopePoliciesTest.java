package ai.costauditor.ledger.policies;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.OneBatch;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.check.CheckedStore;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Policy.Enforcement;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.policies.PolicyCommand.SetPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Policies above the keys, on two processes over one database. */
@NullUnmarked
class ScopePoliciesTest {

    private static final Map<String, Object> NO_SWEEPS = Map.of("auditor.ledger.node.sweep", "1h");

    private static PostgresForTests.Database database;
    private static LedgerForTests node;
    private static LedgerForTests other;

    private final Attribution ada =
            new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), UserId.next());
    private final Scope project = Scope.of(ada).get(1);
    private final Scope team = Scope.of(ada).get(2);
    private final Scope organisation = Scope.of(ada).get(3);

    @BeforeAll
    static void start() {
        database = PostgresForTests.fresh();
        node = LedgerForTests.over(database, NO_SWEEPS);
        other = LedgerForTests.over(database, NO_SWEEPS);
    }

    @AfterAll
    static void stop() {
        node.close();
        other.close();
        assertThat(CheckedStore.copyOf(database).differences("counts under policies"))
                .isEmpty();
    }

    // --- narrowing ---

    @Test
    void aModelHasToBeAllowedByEveryLevelAndTheRefusalNamesTheLevel() {
        KeyId key = issue(allowing("gpt-*", "claude-*"));
        set(organisation, allowing("*-mini", "*-haiku"));
        assertThat(ask(key, NOON)).isInstanceOf(Authorised.class);

        set(team, allowing("gpt-4o"));

        assertThat(ask(key, NOON)).isInstanceOfSatisfying(Refused.class, no -> {
            assertThat(no.reason()).isEqualTo(Refusal.MODEL_NOT_ALLOWED);
            assertThat(no.level()).isEqualTo(new Level(ScopeType.TEAM, team.id()));
        });
        set(team, Policy.NOTHING);
        assertThat(ask(key, NOON)).isInstanceOf(Authorised.class);
    }

    @Test
    void aRefusalByTheKeyItselfNamesNoLevelAndIsTheNearest() {
        KeyId key = issue(allowing("claude-*"));
        set(project, allowing("claude-*"));
        assertThat(ask(key, NOON)).isInstanceOfSatisfying(Refused.class, no -> assertThat(no.level())
                .isNull());
    }

    @Test
    void theLevelIsInTheEventOfTheRefusal() {
        KeyId key = issue(Policy.DEFAULT);
        set(project, allowing("claude-*"));
        ask(key, NOON);
        assertThat(JdbcClient.create(database.dataSource())
                        .sql(
                                "select payload::jsonb #>> '{level,scopeId}' from ledger_event where stream = ? and event_type = 'key.CallDenied'")
                        .param(key.value())
                        .query(String.class)
                        .single())
                .isEqualTo(project.id());
    }

    @Test
    void anotherTeamIsNotConcerned() {
        set(team, allowing("nothing"));
        Attribution elsewhere = new Attribution(ada.organisation(), TeamId.next(), ProjectId.next(), null);
        assertThat(ask(issue(elsewhere, Policy.DEFAULT), NOON)).isInstanceOf(Authorised.class);
    }

    @Test
    void whatAKeyMayDoInTheEndIsTheStrictestAndTheLeast() {
        KeyId key = issue(Policy.enforcing(Enforcement.OBSERVE)
                .largestBody(900L)
                .previews(new Previews(80, List.of(Previews.Redaction.EMAIL), null))
                .build());
        set(
                team,
                Policy.enforcing(Enforcement.EXPECTED)
                        .largestBody(700L)
                        .clampMaxTokens(true)
                        .build());
        set(
                organisation,
                Policy.enforcing(Enforcement.OBSERVE)
                        .largestBody(800L)
                        .previews(new Previews(200, List.of(Previews.Redaction.CARD), List.of("AUDITOR")))
                        .build());

        EffectivePolicy effective = node.bean(PolicyDirectory.class).of(entry(key));

        assertThat(effective.enforcement()).isEqualTo(Enforcement.EXPECTED);
        assertThat(effective.least(Policy::largestBody))
                .isEqualTo(new EffectivePolicy.Least<>(700L, new Level(ScopeType.TEAM, team.id())));
        assertThat(effective.clamps()).isTrue();
        assertThat(effective.previews())
                .isEqualTo(new Previews(
                        80, List.of(Previews.Redaction.EMAIL, Previews.Redaction.CARD), List.of("AUDITOR")));
    }

    @Test
    void aPolicyOfAPersonIsRefused() {
        Scope user = Scope.of(ada).get(0);
        assertThatThrownBy(() -> set(user, allowing("x"))).isInstanceOf(RuleViolated.class);
    }

    // --- rates ---

    @Test
    void aKeyThatIsIssuedAndAsksInTheSameBatchAsTheFirstPolicyIsCounted() throws Exception {
        KeyId busy = issue(Policy.DEFAULT);
        KeyId fresh = KeyId.next();
        Attribution elsewhere = new Attribution(ada.organisation(), ada.team(), ProjectId.next(), null);
        OneBatch.of(
                node,
                database,
                busy,
                List.of(
                        issue(fresh, elsewhere, Policy.DEFAULT),
                        authorise(fresh, CallId.next(), "0.1", NOON),
                        new SetPolicy(Scope.of(elsewhere).getFirst(), perMinute(1), BY_ADA)));
        assertThat(ask(fresh, NOON)).isInstanceOf(Refused.class);
    }

    @Test
    void requestsPerMinuteOfAProjectCountOverAllItsKeys() {
        KeyId one = issue(Policy.DEFAULT);
        KeyId two = issue(Policy.DEFAULT);
        set(project, perMinute(3));
        assertThat(((Authorised) ask(one, NOON)).limits().requests().remaining())
                .isEqualTo(2);
        ask(two, NOON);
        ask(one, NOON);

        assertThat(ask(two, NOON.plusSeconds(30))).isInstanceOfSatisfying(Refused.class, no -> {
            assertThat(no.reason()).isEqualTo(Refusal.REQUESTS_PER_MINUTE);
            assertThat(no.level()).isEqualTo(new Level(ScopeType.PROJECT, project.id()));
            assertThat(no.limits().requests())
                    .isEqualTo(new RateLimits.Standing(3, 0, NOON.plusSeconds(61), NOON.plusSeconds(61)));
        });
        assertThat(ask(two, NOON.plusSeconds(61))).isInstanceOf(Authorised.class);
    }

    @Test
    void aLimitSeesTheMinuteBeforeItWasSet() {
        KeyId key = issue(Policy.DEFAULT);
        ask(key, NOON);
        ask(key, NOON);
        set(team, perMinute(2));
        assertThat(ask(key, NOON)).isInstanceOf(Refused.class);
    }

    @Test
    void tokensCountWhenTheyAreKnown() {
        KeyId key = issue(Policy.DEFAULT);
        set(
                organisation,
                Policy.enforcing(Enforcement.OBSERVE).tokensPerMinute(120L).build());
        CallId call = ask(key, NOON).call();
        assertThat(ask(key, NOON)).isInstanceOf(Authorised.class);
        node.ledger().execute(settle(key, call, "0.1", NOON.plusSeconds(1)));
        assertThat(ask(key, NOON.plusSeconds(61))).isInstanceOfSatisfying(Refused.class, no -> assertThat(no.reason())
                .isEqualTo(Refusal.TOKENS_PER_MINUTE));
        assertThat(ask(key, NOON.plusSeconds(62))).isInstanceOf(Authorised.class);
    }

    @Test
    void everyEndOfACallMakesRoomForAnother() {
        KeyId key = issue(Policy.DEFAULT);
        CallId before = ask(key, NOON).call();
        set(project, Policy.enforcing(Enforcement.OBSERVE).parallelCalls(2).build());
        CallId second = ask(key, NOON).call();
        assertThat(((Refused) ask(key, NOON)).reason()).isEqualTo(Refusal.PARALLEL_CALLS);
        node.ledger().execute(settle(key, before, "0.1", NOON));
        CallId third = ask(key, NOON).call();
        node.ledger().execute(release(key, second, NOON));
        CallId fourth = ask(key, NOON).call();
        node.ledger().execute(expire(key, third, NOON));
        assertThat(ask(key, NOON)).isInstanceOf(Authorised.class);
        assertThat(ask(key, NOON)).isInstanceOf(Refused.class);
        node.ledger().execute(settle(key, third, "0.1", NOON));
        assertThat(ask(key, NOON))
                .as("a late settlement makes no room a second time")
                .isInstanceOf(Refused.class);
        node.ledger().execute(settle(key, fourth, "0.1", NOON));
        assertThat(ask(key, NOON)).isInstanceOf(Authorised.class);
    }

    @Test
    void withoutALimitThatIsCountedNothingIsWritten() {
        KeyId key = issue(Policy.DEFAULT);
        set(project, allowing("*"));
        node.ledger().execute(settle(key, ask(key, NOON).call(), "0.1", NOON));
        assertThat(events(project)).isEqualTo(1);
    }

    /** Twenty clients of two processes, each with its own key, want 200 requests of a team that may make 37 in a minute. */
    @Test
    void twoProcessesTogetherNeverAllowOneMoreThanTheLimit() throws Exception {
        set(team, perMinute(37));
        AtomicInteger admitted = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                LedgerForTests process = i % 2 == 0 ? node : other;
                KeyId key = issue(Policy.DEFAULT);
                running.add(clients.submit(() -> {
                    for (int n = 0; n < 10; n++) {
                        Authorisation answer = process.ledger().execute(authorise(key, CallId.next(), "0.1", NOON));
                        if (answer instanceof Authorised) {
                            admitted.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
        assertThat(admitted.get()).isEqualTo(37);
    }

    // --- fixtures ---

    private static Policy allowing(String... models) {
        return Policy.enforcing(Enforcement.OBSERVE).allowedModels(models).build();
    }

    private static Policy perMinute(int requests) {
        return Policy.enforcing(Enforcement.OBSERVE).requestsPerMinute(requests).build();
    }

    private void set(Scope scope, Policy policy) {
        node.ledger().execute(new SetPolicy(scope, policy, BY_ADA));
    }

    private Authorisation ask(KeyId key, Instant at) {
        return node.ledger().execute(authorise(key, CallId.next(), "0.1", at));
    }

    private KeyId issue(Policy policy) {
        return issue(ada, policy);
    }

    private KeyId issue(Attribution attribution, Policy policy) {
        KeyId key = KeyId.next();
        node.ledger().execute(issue(key, attribution, policy));
        return key;
    }

    private static IssueKey issue(KeyId key, Attribution attribution, Policy policy) {
        KeySecrets secrets = node.bean(KeySecrets.class);
        return new IssueKey(
                key, "a key", attribution, secrets.hash(secrets.next("test")), policy, List.of(), BERLIN, BY_ADA);
    }

    private KeyDirectory.Entry entry(KeyId key) {
        return node.bean(KeyDirectory.class).get(ada.organisation(), key).orElseThrow();
    }

    private long events(Scope scope) {
        return JdbcClient.create(database.dataSource())
                .sql("select count(*) from ledger_event where stream = ?")
                .param(PolicyCommand.streamOf(scope))
                .query(Long.class)
                .single();
    }
}
