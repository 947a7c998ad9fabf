package ai.costauditor.ledger.check;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.OneBatch;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import ai.costauditor.ledger.organisations.OrganisationCommand.RegisterUser;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.policies.PolicyCommand.SetPolicy;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.ImportList;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import ai.costauditor.ledger.store.EventCatalogue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Each invariant is broken on purpose, and its line, and no other, turns red. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerCheckTest {

    private static final KeyId RICH = new KeyId("key_rich");
    private static final KeyId POOR = new KeyId("key_poor");
    /** In a future that these tests will not see, so that no hold ends by itself. */
    private static final Instant MONDAY = Instant.parse("2096-03-05T12:00:00Z");

    private static final Change TO_ADA = new Change("user_ada", MONDAY, "our contract");
    private static final OrganisationId ORGANISATION = new OrganisationId("org_1");

    private final Database filled = PostgresForTests.fresh();

    @BeforeAll
    void fill() {
        Map<String, Object> hurry = Map.of("auditor.ledger.node.sweep", "50ms", "auditor.ledger.snapshot-every", "20");
        try (LedgerForTests process = LedgerForTests.over(filled, hurry)) {
            var ledger = process.ledger();
            ledger.execute(new CreateOrganisation(ORGANISATION, "Acme", "USD", BERLIN, BY_ADA));
            ledger.execute(new CreateTeam(ORGANISATION, new TeamId("team_1"), "Search", BY_ADA));
            ledger.execute(
                    new CreateProject(ORGANISATION, new TeamId("team_1"), new ProjectId("proj_1"), "Ranking", BY_ADA));
            ledger.execute(new RegisterUser(ORGANISATION, new UserId("user_ada"), BY_ADA));
            ledger.execute(new SetPolicy(
                    new Scope(ORGANISATION, ScopeType.PROJECT, "proj_1"),
                    Policy.enforcing(Policy.Enforcement.OBSERVE)
                            .allowedModels("gpt-*")
                            .requestsPerMinute(1_000)
                            .tokensPerMinute(1_000_000L)
                            .parallelCalls(1_000)
                            .build(),
                    BY_ADA));
            ledger.execute(new SetPrices(
                    ORGANISATION, List.of(discount("price_kept", "10"), discount("price_ended", "20")), true, TO_ADA));
            ledger.execute(new EndPrice(ORGANISATION, new PriceId("price_ended"), null, TO_ADA));
            ledger.execute(new ImportList(ORGANISATION, JsonMapper.shared().readTree("""
                    {"version": "march", "providers": {"openai": {"models": [
                      {"id": "gpt-9", "match": {"equals": "gpt-9"}, "prices": [{"tokens": {"input": {"price": "3"}}}]}]}}}"""), MONDAY, TO_ADA));
            ledger.execute(issue(RICH));
            ledger.execute(issue(POOR, hard("1", BudgetWindow.DAY)));
            for (int day = 0; day < 6; day++) {
                calls(process, RICH, "day" + day, MONDAY.plusSeconds(day * 86_400L));
            }
            ledger.execute(limits("1.9"));
            Instant sunday = MONDAY.plusSeconds(6 * 86_400L);
            calls(process, RICH, "limited", sunday);
            calls(process, POOR, "poor", sunday);
            ledger.execute(authorise(POOR, new CallId("call_poor_refused"), "0.9", sunday));
            ledger.execute(authorise(RICH, new CallId("call_rich_refused"), "1.9", sunday));
            ledger.execute(new SuspendKey(POOR, BY_ADA));
            await().until(() -> count("distinct stream", "ledger_snapshot") == 4 && count("*", "open_hold") == 16);
        }
    }

    private static PriceRule discount(String id, String percent) {
        return new PriceRule(
                new PriceId(id),
                PriceRule.Kind.DISCOUNT,
                "openai",
                id,
                null,
                null,
                null,
                null,
                Map.of(),
                new BigDecimal(percent),
                MONDAY,
                null);
    }

    private long count(String what, String table) {
        return JdbcClient.create(filled.dataSource())
                .sql("select count(" + what + ") from " + table)
                .query(Long.class)
                .single();
    }

    private static SetLimits limits(String limit) {
        return new SetLimits(
                new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                List.of(
                        new BudgetLimit(
                                Money.of(limit),
                                BudgetWindow.WEEK,
                                BudgetLimit.Kind.HARD,
                                null,
                                new BudgetLimit.Raise(Money.of("0.1"), MONDAY.plusSeconds(9 * 86_400L))),
                        new BudgetLimit(Money.of("0.1"), BudgetWindow.TOTAL, BudgetLimit.Kind.SOFT)),
                BERLIN,
                new Change("user_ada", MONDAY.plusSeconds(6 * 86_400L), null));
    }

    /** One with every end that there is; two stay open. */
    private static void calls(LedgerForTests process, KeyId key, String name, Instant at) {
        var ledger = process.ledger();
        String[] ends = {"settled", "released", "expired", "late", "nothing", "unpriced", "extended", "open"};
        for (String end : ends) {
            ledger.execute(authorise(key, call(name, end), "0.02", at));
        }
        ledger.execute(settle(key, call(name, "settled"), "0.013", at.plusSeconds(1)));
        ledger.execute(release(key, call(name, "released"), at.plusSeconds(1)));
        ledger.execute(expire(key, call(name, "expired"), at.plusSeconds(601)));
        ledger.execute(expire(key, call(name, "late"), at.plusSeconds(601)));
        ledger.execute(settle(key, call(name, "late"), "0.03", at.plusSeconds(700)));
        ledger.execute(expire(key, call(name, "nothing"), at.plusSeconds(601)));
        ledger.execute(release(key, call(name, "nothing"), at.plusSeconds(700)));
        ledger.execute(new SettleCall(
                key,
                call(name, "unpriced"),
                tokens(1, 1),
                Charge.unpriced(),
                end(CallEnd.Outcome.COMPLETED),
                at.plusSeconds(2)));
        ledger.execute(new ExtendHold(key, call(name, "extended"), at.plusSeconds(1200), at.plusSeconds(500)));
        CallId settled = call(name, "settled");
        ledger.execute(new AdjustCharge(
                key,
                new AdjustmentId("adj_" + name),
                AdjustmentKind.CORRECTION,
                Money.of("-0.003"),
                new ChargedCall(settled, RESEARCH, "openai", "gpt-4o-mini", at, Money.of("0.013")),
                null,
                new Change("user_ada", at.plusSeconds(3), "too much")));
    }

    private static CallId call(String name, String end) {
        return new CallId("call_" + name + "_" + end);
    }

    private CheckedStore damaged(String sql) {
        return CheckedStore.copyOf(filled).with(sql);
    }

    @Test
    void aStoreThatNobodyTouchedIsFine() {
        Report report = CheckedStore.copyOf(filled).report();
        assertThat(report.lines()).allSatisfy(line -> {
            assertThat(line.first()).as(line.name()).isEmpty();
            assertThat(line.compared()).as(line.name()).isNotEmpty();
        });
    }

    @Test
    void aKeyMayForgetAnOldDayBesideDaysOnWhichItHeldNothing() {
        Database database = PostgresForTests.fresh();
        try (LedgerForTests process = LedgerForTests.over(database, Map.of("auditor.ledger.node.sweep", "1h"))) {
            var ledger = process.ledger();
            ledger.execute(issue(RICH));
            for (int day = 1; day <= 3; day++) {
                ledger.execute(authorise(RICH, call("day" + day, "free"), "0", MONDAY.plusSeconds(day * 86_400L)));
            }
            ledger.execute(new AdjustCharge(
                    RICH,
                    new AdjustmentId("adj_credit"),
                    AdjustmentKind.CREDIT,
                    Money.of("-1"),
                    null,
                    null,
                    new Change("user_ada", MONDAY, "a present")));
        }
        assertThat(CheckedStore.copyOf(database).report().lines())
                .filteredOn(line -> line.name().equals("replayed aggregates"))
                .singleElement()
                .satisfies(line -> assertThat(line.first()).isEmpty());
    }

    /** Each refusal names the limit of its moment, and only the order within the transaction knows which that was. */
    @Test
    void refusalsBetweenTheChangesOfOneTransactionAreFine() throws Exception {
        Database database = PostgresForTests.fresh();
        KeyId busy = new KeyId("key_busy");
        try (LedgerForTests process = LedgerForTests.over(database, Map.of("auditor.ledger.node.sweep", "1h"))) {
            process.ledger().execute(issue(busy));
            process.ledger().execute(issue(RICH));
            process.ledger().execute(limits("7"));
            List<Object> answers = OneBatch.of(
                    process,
                    database,
                    busy,
                    List.of(
                            authorise(RICH, new CallId("call_above_7"), "8", MONDAY),
                            limits("1"),
                            authorise(RICH, new CallId("call_above_1"), "2", MONDAY),
                            noLimits(),
                            limits("3"),
                            authorise(RICH, new CallId("call_above_3"), "4", MONDAY),
                            limits("9")));
            assertThat(answers).filteredOn(Refused.class::isInstance).hasSize(3);
        }
        assertThat(JdbcClient.create(database.dataSource())
                        .sql(
                                "select count(distinct tx_id) from ledger_event where stream like 'budget_%' and version > 1")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(CheckedStore.copyOf(database).wrong()).isEmpty();
    }

    private static SetLimits noLimits() {
        return new SetLimits(new Scope(ORGANISATION, ScopeType.TEAM, "team_1"), List.of(), BERLIN, BY_ADA);
    }

    @Test
    void aVersionIsMissing() {
        assertThat(damaged("update ledger_event set version = 99 where event_type = 'key.Suspended'")
                        .wrong())
                .containsExactly("stream versions");
    }

    @Test
    void anEventIsOfATypeThatNobodyKnows() {
        CheckedStore store =
                damaged("update ledger_event set event_type = 'key.Painted' where event_type = 'key.Suspended'");
        assertThat(store.wrong()).containsExactly("event types", "replayed aggregates", "directories");
        assertThat(store.differences("event types").getFirst()).contains("key.Painted", "key_poor version");
    }

    @Test
    void anEventCannotBeRead() {
        assertThat(damaged("update ledger_event set payload = '{' || payload where event_type = 'key.Suspended'")
                        .wrong())
                .containsExactly("event types", "replayed aggregates", "directories");
    }

    @Test
    void aCallBeginsTwice() {
        assertThat(damaged(again("key.CallAuthorised", "call_poor_settled", "call_poor_settled"))
                        .wrong())
                .containsExactly("one beginning", "replayed aggregates");
    }

    @Test
    void aCallEndsTwice() {
        CheckedStore store = damaged(again("key.CallReleased", "call_poor_released", "call_poor_released"));
        assertThat(store.wrong()).containsExactly("one end", "replayed aggregates");
        assertThat(store.differences("one end").getFirst()).contains("call_poor_released");
    }

    @Test
    void aCallEndsThatNeverBegan() {
        assertThat(damaged(again("key.CallReleased", "call_poor_released", "call_never"))
                        .wrong())
                .containsExactly("no end without authorisation", "replayed aggregates");
    }

    @Test
    void aSettlementIsLateAlthoughTheHoldWasOpen() {
        assertThat(damaged(again("key.CallSettledLate", "call_poor_late", "call_poor_open"))
                        .wrong())
                .containsExactly("late only after expiry", "replayed aggregates");
    }

    @Test
    void anEndContradictsItsAuthorisation() {
        assertThat(damaged(replace("key.CallReleased", "call_poor_released", "\"team_1\"", "\"team_2\""))
                        .wrong())
                .containsExactly("facts of calls");
    }

    @Test
    void aChargeIsNotTheSumOfItsLines() {
        CheckedStore store = damaged(
                replace(
                        "key.CallSettled",
                        "call_poor_settled",
                        "\"lines\":[",
                        "\"lines\":[{\"kind\":\"fee\",\"quantity\":\"1\",\"unitPrice\":\"7\",\"per\":\"1\",\"amount\":\"7\"},"));
        assertThat(store.wrong()).containsExactly("sums of charges");
        assertThat(store.differences("sums of charges").getFirst()).contains("costs 0.013, its lines are 7.013");
    }

    @Test
    void aLineIsNotQuantityTimesPrice() {
        assertThat(damaged(replace("key.CallSettled", "call_poor_settled", "\"quantity\":\"1\"", "\"quantity\":\"2\""))
                        .wrong())
                .containsExactly("lines of charges");
    }

    @Test
    void aKeyPassesItsLimit() {
        CheckedStore store =
                damaged("update ledger_event set payload = replace(payload, '\"limit\":\"1\"', '\"limit\":\"0.1\"')"
                        + " where event_type = 'key.Issued' and stream = 'key_poor'");
        assertThat(store.wrong())
                .containsExactly("hard limits of keys", "balances in refusals by keys", "snapshots", "directories");
        assertThat(store.differences("hard limits of keys").getFirst()).contains("which makes 0.12 of 0.1");
    }

    @Test
    void aRefusalSaysAnotherBalance() {
        assertThat(damaged(replace("key.CallDenied", "call_poor_refused", "\"held\":\"", "\"held\":\"1"))
                        .wrong())
                .containsExactly("balances in refusals by keys");
        assertThat(damaged(replace("key.CallDenied", "call_rich_refused", "\"held\":\"", "\"held\":\"1"))
                        .wrong())
                .containsExactly("balances in refusals by scopes");
    }

    @Test
    void aScopeMovesOtherwiseThanItsKeys() {
        CheckedStore store = damaged("update ledger_event set payload = replace(payload, '0.013', '0.014')"
                + " where event_type = 'budget.Moved' and payload like '%call_poor_settled%'");
        assertThat(store.wrong())
                .containsExactly("moves of scopes", "balances of scopes", "balances in refusals by scopes");
        assertThat(store.differences("moves of scopes").getFirst()).contains("call_poor_settled", "spent 0.001");
    }

    @Test
    void aPolicyInTheDirectoryIsNotTheOneThatWasSet() {
        CheckedStore store = damaged("update directory_policy set policy = replace(policy, 'gpt-', '')");
        assertThat(store.wrong()).containsExactly("directories");
        assertThat(store.differences("directories").getFirst()).contains("proj_1", "gpt-*");
    }

    @Test
    void aPolicyCountedOtherwiseThanItsCalls() {
        Map<String, String> edits =
                Map.of("\"open\":-1", "\"open\":0", "\"requests\":1", "\"requests\":2", "\"tokens\":2", "\"tokens\":7");
        edits.forEach((counted, edited) -> {
            CheckedStore store =
                    damaged(("update ledger_event set payload = replace(payload, '%1$s', '%2$s') where position ="
                                    + " (select max(position) from ledger_event where event_type = 'policy.Counted' and payload like '%%%1$s%%')")
                            .formatted(counted, edited));
            assertThat(store.wrong()).as(edited).containsExactly("counts under policies");
            assertThat(store.differences("counts under policies").getFirst()).contains("proj_1");
        });
    }

    @Test
    void whatAPolicyCountedCannotBeRead() {
        CheckedStore store = damaged("update ledger_event set payload = replace(payload, '\"open\"', '\"opened\"')"
                + " where position = (select max(position) from ledger_event where event_type = 'policy.Counted')");
        assertThat(store.wrong()).contains("event types", "counts under policies");
    }

    @Test
    void aScopeOpensWithAnotherBalance() {
        CheckedStore store =
                damaged("update ledger_event set payload = replace(payload, '\"held\":\"0.04\"', '\"held\":\"0.05\"')"
                        + " where event_type = 'budget.LimitsSet'");
        assertThat(store.wrong()).containsExactly("openings of scopes", "balances of scopes", "snapshots");
    }

    @Test
    void aScopePassesItsLimit() {
        assertThat(damaged(
                                "update ledger_event set payload = replace(payload, '\"limit\":\"1.9\"', '\"limit\":\"0.3\"')"
                                        + " where event_type = 'budget.LimitsSet'")
                        .wrong())
                .containsExactly("hard limits of scopes", "balances in refusals by scopes", "snapshots");
    }

    @Test
    void aSnapshotIsEdited() {
        CheckedStore store =
                damaged("update ledger_snapshot set payload = regexp_replace(payload, '\"spent\":\"[^\"]*\"',"
                        + " '\"spent\":\"0\"', 'g')");
        assertThat(store.wrong()).containsExactly("snapshots");
    }

    @Test
    void theTableOfOpenHoldsHasOneTooFewAndOneTooMany() {
        CheckedStore store = damaged("update open_hold set call = 'call_other' where call = 'call_poor_open'");
        assertThat(store.wrong()).containsExactly("open holds");
        assertThat(store.differences("open holds")).hasSize(2);
    }

    @Test
    void aDirectoryIsEdited() {
        for (String sql : List.of(
                "update directory_key set status = 'ACTIVE' where id = 'key_poor'",
                "update directory_key set entry = replace(entry, '\"limit\":\"1\"', '\"limit\":\"9\"') where id = 'key_poor'",
                "update directory_team set name = 'Find'",
                "delete from directory_budget",
                "insert into directory_user (id, organisation) values ('user_eve', 'org_1')")) {
            assertThat(damaged(sql).wrong()).as(sql).containsExactly("directories");
        }
    }

    @Test
    void aPriceBookIsEdited() {
        for (String sql : List.of(
                "update directory_price set entry = replace(entry, '\"percent\":\"10\"', '\"percent\":\"90\"') where id = 'price_kept'",
                "update directory_price set entry = (entry::jsonb #- '{rule,until}')::text where id = 'price_ended'",
                "update directory_price set entry = replace(entry, '\"3\"', '\"2\"') where kind = 'list'",
                "delete from directory_price where id = 'price_kept'",
                "insert into directory_price (organisation, kind, id, entry, changed_at) select organisation, kind,"
                        + " 'price_of_eve', entry, changed_at from directory_price where id = 'price_kept'")) {
            assertThat(damaged(sql).wrong()).as(sql).containsExactly("price books");
        }
    }

    @Test
    void onlyOneOrganisationIsLookedAt() {
        CheckedStore store = damaged(replace("key.CallReleased", "call_poor_released", "\"team_1\"", "\"team_2\""));
        assertThat(store.report("org_1").isFine()).isFalse();
        assertThat(store.report("org_2").isFine()).isTrue();
    }

    @Test
    void everyKindOfEventIsKnown() throws Exception {
        try (var connection = filled.dataSource().getConnection()) {
            assertThat(new Book(Store.of(connection), 0).kinds())
                    .containsExactlyElementsOf(EventCatalogue.all().keySet());
        }
    }

    @Test
    void aThresholdIsToldTooEarlyOrAgainOrWithAnotherAmount() {
        for (String sql : List.of(
                replaceAll("budget.ThresholdReached", "\"percent\":50", "\"percent\":900"),
                replaceAll("budget.ThresholdReached", "\"percent\":80", "\"percent\":50"),
                "update ledger_event set payload = regexp_replace(payload, '\"spent\":\"[^\"]*\"', '\"spent\":\"7\"')"
                        + " where event_type = 'budget.ThresholdReached'")) {
            assertThat(damaged(sql).wrong()).as(sql).contains("thresholds");
        }
    }

    @Test
    void aLimitWasNotRaisedWhenARefusalSaysSo() {
        assertThat(damaged("update ledger_event set payload = replace(payload, '\"raise\"', '\"rise\"')"
                                + " where event_type = 'budget.LimitsSet' and payload like '%\"raise\"%'")
                        .wrong())
                .containsExactly("balances in refusals by scopes", "snapshots");
    }

    /** The event once more, as the newest of its stream, about this or another call. */
    private static String again(String type, String call, String about) {
        return """
                insert into ledger_event
                    (event_id, stream, stream_type, version, event_type, revision, payload, metadata, recorded_at)
                select event_id || 'x', stream, stream_type,
                    (select max(version) + 1 from ledger_event newest where newest.stream = ledger_event.stream),
                    event_type, revision, replace(payload, '"%s"', '"%s"'), metadata, recorded_at
                from ledger_event where event_type = '%s' and payload like '%%"%s"%%'""".formatted(call, about, type, call);
    }

    private static String replaceAll(String type, String text, String with) {
        return "update ledger_event set payload = replace(payload, '%s', '%s') where event_type = '%s'"
                .formatted(text, with, type);
    }

    private static String replace(String type, String call, String text, String with) {
        return "update ledger_event set payload = replace(payload, '%s', '%s') where event_type = '%s' and payload like '%%\"%s\"%%'"
                .formatted(text, with, type, call);
    }
}
