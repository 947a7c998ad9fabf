package ai.costauditor.ledger.store;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.charge;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetAccount;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.budgets.Threshold;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.keys.SecretHash;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationEvent;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.ledger.periods.PeriodEvent;
import ai.costauditor.ledger.periods.PeriodTotals;
import ai.costauditor.ledger.periods.PeriodTotals.Figures;
import ai.costauditor.ledger.periods.PeriodTotals.Group;
import ai.costauditor.ledger.policies.PolicyEvent;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.pricing.PriceBookEvent;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bytes of every event that was ever released. A failure here means that old records would be read differently: write
 * an upcaster and a new revision, do not change the file.
 */
class EventCatalogueTest {

    private static final Path GOLDEN = Path.of("src/test/resources/events");
    private static final Change CHANGE = new Change("user_ada", NOON, "asked for by finance");
    private static final KeyId KEY = new KeyId("key_1");
    private static final CallId CALL = new CallId("call_1");
    private static final OrganisationId ORGANISATION = new OrganisationId("org_1");
    private static final TeamId TEAM = new TeamId("team_1");
    private static final ProjectId PROJECT = new ProjectId("proj_1");
    private static final SecretHash SECRET = new SecretHash("ab".repeat(32));
    private static final Hold HOLD = new Hold(Money.of("0.164"), NOON.plusSeconds(600), "node_1");

    private static final Figures FIGURES =
            new Figures(4, Money.of("0.25"), Map.of(TokenKind.INPUT, 100L, TokenKind.OUTPUT, 20L));

    private static final Threshold THRESHOLD = new Threshold(
            BudgetWindow.MONTH,
            BudgetLimit.Kind.HARD,
            80,
            Money.of("100"),
            NOON.minusSeconds(1),
            NOON.plusSeconds(1),
            Money.of("80.5"));

    private final EventJson json = EventJson.create();

    static Stream<Object> oneOfEach() {
        return Stream.of(
                new OrganisationEvent.OrganisationCreated(ORGANISATION, "Acme", "USD", BERLIN, CHANGE),
                new OrganisationEvent.TeamCreated(ORGANISATION, TEAM, "Search", CHANGE),
                new OrganisationEvent.TeamRenamed(ORGANISATION, TEAM, "Discovery", CHANGE),
                new OrganisationEvent.ProjectCreated(ORGANISATION, TEAM, PROJECT, "Ranking", CHANGE),
                new OrganisationEvent.ProjectRenamed(ORGANISATION, PROJECT, "Ranking 2", CHANGE),
                new OrganisationEvent.UserRegistered(ORGANISATION, new UserId("user_1"), CHANGE),
                new OrganisationEvent.TextErased(ORGANISATION, "user_ada", CHANGE),
                new KeyEvent.KeyIssued(
                        KEY,
                        "ci",
                        RESEARCH,
                        SECRET,
                        Policy.enforcing(Policy.Enforcement.STRICT)
                                .allowedModels("gpt-4o*")
                                .requestsPerMinute(60)
                                .tokensPerMinute(1000L)
                                .parallelCalls(4)
                                .build(),
                        List.of(hard("100", BudgetWindow.MONTH)),
                        BERLIN,
                        CHANGE),
                new KeyEvent.PolicyChanged(KEY, Policy.DEFAULT, CHANGE),
                new KeyEvent.BudgetsSet(KEY, List.of(hard("0", BudgetWindow.TOTAL)), CHANGE),
                new KeyEvent.ThresholdReached(KEY, RESEARCH, THRESHOLD, NOON),
                new KeyEvent.KeyMoved(KEY, RESEARCH, CHANGE),
                new KeyEvent.KeySuspended(KEY, CHANGE),
                new KeyEvent.KeyResumed(KEY, CHANGE),
                new KeyEvent.KeyRevoked(KEY, CHANGE),
                new KeyEvent.SecretRotated(KEY, SECRET, CHANGE),
                new KeyEvent.CallAuthorised(KEY, CALL, RESEARCH, request("f1"), HOLD, NOON),
                new KeyEvent.CallDenied(
                        KEY,
                        CALL,
                        RESEARCH,
                        request("f1"),
                        Refusal.BUDGET_EXHAUSTED,
                        HOLD,
                        new BudgetBalance(
                                hard("100", BudgetWindow.MONTH),
                                NOON,
                                NOON.plusSeconds(60),
                                Money.of("99.9"),
                                Money.ZERO,
                                Money.ZERO),
                        NOON,
                        12L,
                        null),
                new KeyEvent.CallSettled(
                        KEY,
                        CALL,
                        RESEARCH,
                        request("f1"),
                        tokens(100, 20),
                        charge("0.000027"),
                        end(CallEnd.Outcome.COMPLETED),
                        NOON,
                        NOON.plusMillis(312)),
                new KeyEvent.CallSettledLate(
                        KEY,
                        CALL,
                        RESEARCH,
                        request("f1"),
                        tokens(100, 20),
                        charge("0.000027"),
                        end(CallEnd.Outcome.COMPLETED),
                        NOON,
                        NOON.plusSeconds(900)),
                new KeyEvent.CallReleased(
                        KEY, CALL, RESEARCH, end(CallEnd.Outcome.REFUSED_UPSTREAM), NOON, NOON.plusMillis(50)),
                new KeyEvent.HoldExpired(
                        KEY,
                        CALL,
                        RESEARCH,
                        HOLD,
                        end(CallEnd.Outcome.TIMED_OUT),
                        Usage.unknown(),
                        NOON,
                        NOON.plusSeconds(600)),
                new KeyEvent.HoldExtended(KEY, CALL, RESEARCH, NOON.plusSeconds(1200), NOON.plusSeconds(500)),
                new KeyEvent.ChargeAdjusted(
                        KEY,
                        new AdjustmentId("adj_1"),
                        RESEARCH,
                        AdjustmentKind.RE_RATING,
                        Money.of("0.000027"),
                        new Corrected(CALL, "openai", "gpt-4o-mini-2024-07-18", NOON, Money.of("0.164")),
                        "catalogue-2",
                        new AfterClose(YearMonth.parse("2026-03"), NOON.plus(Duration.ofDays(30))),
                        CHANGE),
                new BudgetEvent.LimitsSet(
                        new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                        List.of(hard("100", BudgetWindow.MONTH)),
                        BERLIN,
                        List.of(new BudgetAccount.State(
                                BudgetWindow.MONTH, NOON, Money.of("3"), Money.of("2"), Money.of("1"))),
                        CHANGE),
                new BudgetEvent.Moved(
                        new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                        List.of(new BudgetEvent.Move(
                                CALL, BudgetEvent.Move.Kind.SETTLED, Money.of("0.164"), Money.of("0.1"), NOON))),
                new BudgetEvent.ThresholdReached(new Scope(ORGANISATION, ScopeType.TEAM, "team_1"), THRESHOLD, NOON),
                new PolicyEvent.PolicySet(
                        new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                        Policy.enforcing(Policy.Enforcement.EXPECTED)
                                .allowedModels("gpt-*")
                                .allowedProviders("openai")
                                .allowedEndpoints("chat.*")
                                .requestsPerMinute(60)
                                .tokensPerMinute(10_000L)
                                .parallelCalls(4)
                                .largestBody(1_000_000L)
                                .clampMaxTokens(true)
                                .previews(new Previews(200, List.of(Previews.Redaction.EMAIL), List.of("auditor")))
                                .build(),
                        new PolicyEvent.Counts(List.of(new Rates.Second(1_773_144_000, 2, 300)), 1),
                        CHANGE),
                new PolicyEvent.Counted(
                        new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                        new PolicyEvent.Counts(List.of(new Rates.Second(1_773_144_001, 1, 120)), -1)),
                new PeriodEvent.ClosingBegun(
                        ORGANISATION,
                        YearMonth.parse("2026-03"),
                        Instant.parse("2026-02-28T23:00:00Z"),
                        Instant.parse("2026-03-31T22:00:00Z"),
                        CHANGE),
                new PeriodEvent.Closed(
                        ORGANISATION,
                        YearMonth.parse("2026-03"),
                        new PeriodTotals(
                                FIGURES,
                                List.of(new Group("team_1", FIGURES)),
                                List.of(new Group("proj_1", FIGURES)),
                                List.of(new Group("key_1", FIGURES)),
                                List.of(new Group(null, FIGURES)),
                                1,
                                Money.of("-0.1"),
                                2,
                                3,
                                Money.of("0.5"),
                                7,
                                42),
                        true,
                        CHANGE),
                new PriceBookEvent.PriceSet(
                        ORGANISATION,
                        new PriceRule(
                                new PriceId("price_1"),
                                PriceRule.Kind.OVERRIDE,
                                "openai",
                                "gpt-4o",
                                "batch",
                                "eu-central-1",
                                LocalTime.parse("22:00"),
                                LocalTime.parse("06:00"),
                                Map.of(
                                        "input",
                                        new PriceRule.UnitPrice(
                                                new BigDecimal("2.50"),
                                                new BigDecimal("1000000"),
                                                List.of(new PriceRule.PriceStep(200_000, new BigDecimal("5"))))),
                                null,
                                NOON,
                                NOON.plusSeconds(60)),
                        true,
                        CHANGE),
                new PriceBookEvent.PriceEnded(ORGANISATION, new PriceId("price_1"), NOON, CHANGE),
                new PriceBookEvent.ListImported(
                        ORGANISATION,
                        "november",
                        NOON,
                        JsonMapper.shared().readTree("{\"version\":\"november\",\"providers\":{}}"),
                        CHANGE));
    }

    @Test
    void theListOfStoredNamesIsPinned() {
        assertThat(String.join("\n", EventCatalogue.all().keySet())).isEqualTo("""
                organisation.Created
                organisation.TeamCreated
                organisation.TeamRenamed
                organisation.ProjectCreated
                organisation.ProjectRenamed
                organisation.UserRegistered
                organisation.TextErased
                key.Issued
                key.PolicyChanged
                key.BudgetsSet
                key.ThresholdReached
                key.Moved
                key.Suspended
                key.Resumed
                key.Revoked
                key.SecretRotated
                key.CallAuthorised
                key.CallDenied
                key.CallSettled
                key.CallSettledLate
                key.CallReleased
                key.HoldExpired
                key.HoldExtended
                key.ChargeAdjusted
                budget.LimitsSet
                budget.Moved
                budget.ThresholdReached
                policy.Set
                policy.Counted
                period.ClosingBegun
                period.Closed
                prices.Set
                prices.Ended
                prices.ListImported""");
    }

    @Test
    void everyEventOfTheCatalogueIsAmongTheExamples() {
        assertThat(oneOfEach().map(Object::getClass))
                .containsExactlyElementsOf(EventCatalogue.all().values());
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void anEventIsWrittenAsItAlwaysWasAndReadBack(Object event) {
        SerializedObject<String> written = json.serialize(event, String.class);
        assertThat(written.getData()).isEqualTo(golden(written.getType().getName(), written.getData()));
        assertThat((Object) json.deserialize(
                        new SimpleSerializedObject<>(written.getData(), String.class, written.getType())))
                .isEqualTo(event);
    }

    /** Records from before an attempt had more than five figures are read, and a repeated answer keeps all of its own. */
    @Test
    void anEndTellsOfItsAttemptsAndOfTheAnswerThatItRepeats() {
        CallEnd.Attempt old = new CallEnd.Attempt("openai", "gpt-4o-mini", 200, NOON, 7);
        CallEnd.Attempt unknown = new CallEnd.Attempt(
                "openai", "gpt-4o-mini", 500, NOON, 7, CallEnd.Outcome.FAILED_UPSTREAM, null, new CallId("call_0"));
        CallEnd.Attempt nothing = new CallEnd.Attempt(
                "openai", "gpt-4o-mini", 429, NOON, 7, CallEnd.Outcome.REFUSED_UPSTREAM, Money.ZERO, null);
        CallEnd.Repeated repeated = new CallEnd.Repeated(new CallId("call_9"), Money.of("0.000009"), 1_234);
        KeyEvent.CallReleased event = new KeyEvent.CallReleased(
                KEY,
                CALL,
                RESEARCH,
                new CallEnd(null, 200, 312, CallEnd.Outcome.COMPLETED, List.of(old, unknown, nothing), null, repeated),
                NOON,
                NOON);
        SerializedObject<String> written = json.serialize(event, String.class);
        assertThat(written.getData())
                .contains("{\"httpStatus\":200,\"latencyMs\":7,\"model\":\"gpt-4o-mini\",\"provider\":\"openai\","
                        + "\"startedAt\":\"2026-03-10T12:00:00Z\"}")
                .contains("\"call\":\"call_0\",\"httpStatus\":500")
                .contains("\"cost\":\"0\"")
                .contains("\"repeated\":{\"ageMs\":1234,\"avoided\":\"0.000009\",\"call\":\"call_9\"}");
        assertThat((Object) json.deserialize(
                        new SimpleSerializedObject<>(written.getData(), String.class, written.getType())))
                .isEqualTo(event);
    }

    /** A new event writes its own file, once, and says so by failing. */
    private static String golden(String name, String first) {
        Path file = GOLDEN.resolve(name + "." + EventCatalogue.REVISION + ".json");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(GOLDEN);
                Files.writeString(file, first);
                return "written to " + file + ": look at it, and keep it for ever";
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
