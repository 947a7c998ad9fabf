package ai.costauditor.ledger.cluster;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static ai.costauditor.ledger.keys.KeyFixture.soft;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.keys.SecretHash;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationCommand;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.periods.PeriodCommand;
import ai.costauditor.ledger.periods.PeriodTotals;
import ai.costauditor.ledger.periods.PeriodTotals.Figures;
import ai.costauditor.ledger.periods.PeriodTotals.Group;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.policies.PolicyCommand;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.pricing.PriceBookCommand;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import tools.jackson.databind.json.JsonMapper;

class WireTest {

    private static final KeyId KEY = new KeyId("key_1");
    private static final CallId CALL = new CallId("call_1");
    private static final OrganisationId ORG = RESEARCH.organisation();
    private static final Scope TEAM = new Scope(ORG, ScopeType.TEAM, "team_1");
    private static final SecretHash SECRET = new SecretHash("a".repeat(64));
    private static final BudgetBalance BALANCE = new BudgetBalance(
            hard("10", BudgetWindow.MONTH), NOON, null, Money.of("1"), Money.of("2.000000000001"), Money.ZERO);

    private static final Figures FIGURES = new Figures(4, Money.of("0.25"), Map.of(TokenKind.INPUT, 100L));

    private static final PriceRule PRICE = new PriceRule(
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
                            new BigDecimal("2.5"),
                            new BigDecimal("1000000"),
                            List.of(new PriceRule.PriceStep(200_000, new BigDecimal("5"))))),
            null,
            NOON,
            NOON.plusSeconds(60));

    private static final List<Command<?>> COMMANDS = List.of(
            issue(KEY, SECRET, Policy.DEFAULT, hard("10", BudgetWindow.DAY), soft("5", BudgetWindow.TOTAL)),
            new KeyCommand.ChangePolicy(
                    KEY,
                    Policy.enforcing(Policy.Enforcement.OBSERVE)
                            .allowedModels("gpt-*")
                            .requestsPerMinute(1)
                            .tokensPerMinute(2L)
                            .parallelCalls(3)
                            .largestBody(4L)
                            .build(),
                    BY_ADA),
            new KeyCommand.SetBudgets(KEY, List.of(), BY_ADA),
            new KeyCommand.SetBudgets(
                    KEY,
                    List.of(new BudgetLimit(
                            Money.of("1"),
                            BudgetWindow.DAY,
                            BudgetLimit.Kind.SOFT,
                            List.of(),
                            new BudgetLimit.Raise(Money.of("0.5"), NOON))),
                    BY_ADA),
            new PolicyCommand.SetPolicy(TEAM, Policy.NOTHING, BY_ADA),
            new PolicyCommand.RecordCounts(TEAM),
            new KeyCommand.MoveKey(KEY, RESEARCH, BY_ADA),
            new KeyCommand.SuspendKey(KEY, BY_ADA),
            new KeyCommand.ResumeKey(KEY, BY_ADA),
            new KeyCommand.RevokeKey(KEY, BY_ADA),
            new KeyCommand.RotateSecret(KEY, SECRET, BY_ADA),
            new KeyCommand.TellBalances(KEY, NOON),
            authorise(KEY, CALL, "0.123456789012", NOON.plusNanos(123_456_789)),
            new KeyCommand.AuthoriseCall(
                    KEY,
                    CALL,
                    request("f"),
                    new Hold(Money.of("1"), NOON, "node_1"),
                    PriceStatus.PRICED,
                    new KeyCommand.Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.000001"), 4096, true),
                    NOON),
            settle(KEY, CALL, "0.01", NOON),
            release(KEY, CALL, NOON),
            expire(KEY, CALL, NOON),
            new KeyCommand.ExpireHold(KEY, CALL, end(CallEnd.Outcome.TIMED_OUT), tokens(1, 2), NOON),
            new KeyCommand.ExtendHold(KEY, CALL, NOON, NOON),
            new KeyCommand.AdjustCharge(
                    KEY,
                    new AdjustmentId("adj_1"),
                    AdjustmentKind.CORRECTION,
                    Money.of("-0.01"),
                    new ChargedCall(CALL, RESEARCH, "openai", "gpt-4o", NOON, Money.of("1")),
                    "catalogue-1",
                    BY_ADA),
            new BudgetCommand.SetLimits(TEAM, List.of(hard("1", BudgetWindow.WEEK)), BERLIN, BY_ADA),
            new BudgetCommand.TellBalances(TEAM, NOON),
            new BudgetCommand.RecordMoves(TEAM),
            new PeriodCommand.BeginClosing(ORG, YearMonth.of(2026, 3), BERLIN, BY_ADA),
            new PeriodCommand.Seal(
                    ORG,
                    YearMonth.of(2026, 3),
                    new PeriodTotals(
                            FIGURES,
                            List.of(new Group("team_1", FIGURES)),
                            List.of(),
                            List.of(),
                            List.of(new Group(null, FIGURES)),
                            1,
                            Money.of("-0.1"),
                            0,
                            0,
                            Money.ZERO,
                            7,
                            42),
                    true,
                    BY_ADA),
            new PriceBookCommand.SetPrices(ORG, List.of(PRICE), true, BY_ADA),
            new PriceBookCommand.EndPrice(ORG, PRICE.id(), NOON, BY_ADA),
            new PriceBookCommand.ImportList(
                    ORG, JsonMapper.shared().readTree("{\"version\":\"v\",\"providers\":{}}"), NOON, BY_ADA),
            new OrganisationCommand.CreateOrganisation(ORG, "Acme", "EUR", BERLIN, BY_ADA),
            new OrganisationCommand.CreateTeam(ORG, new TeamId("team_1"), "Research", BY_ADA),
            new OrganisationCommand.RenameTeam(ORG, new TeamId("team_1"), "Research", BY_ADA),
            new OrganisationCommand.CreateProject(ORG, new TeamId("team_1"), new ProjectId("proj_1"), "P", BY_ADA),
            new OrganisationCommand.RenameProject(ORG, new ProjectId("proj_1"), "P", BY_ADA),
            new OrganisationCommand.EraseText(ORG, "user_ada", BY_ADA),
            new OrganisationCommand.RegisterUser(ORG, new UserId("user_ada"), BY_ADA));

    private final Wire wire = new Wire();

    /** A red test here asks for an example of a new command in the list above. */
    @Test
    void everyCommandArrivesAsItWasSent() {
        for (Command<?> command : COMMANDS) {
            Wire.Question question = new Wire.Question(command, ORG.value(), NOON);
            assertThat(wire.readQuestion(wire.write(question))).isEqualTo(question);
        }
        Set<String> tried =
                COMMANDS.stream().map(command -> command.getClass().getName()).collect(Collectors.toSet());
        assertThat(commandsOfTheLedger()).isSubsetOf(tried);
    }

    @Test
    void everyAnswerArrivesAsItWasGiven() {
        arrives(authorise(KEY, CALL, "1", NOON), new Authorised(CALL, Money.of("1"), null));
        arrives(authorise(KEY, CALL, "1", NOON), new Authorised(CALL, Money.of("1"), Money.of("2")));
        arrives(
                authorise(KEY, CALL, "1", NOON),
                new Refused(CALL, Refusal.BUDGET_EXHAUSTED, Money.of("0.000000000001"), BALANCE));
        arrives(authorise(KEY, CALL, "1", NOON), new Refused(CALL, Refusal.KEY_REVOKED, Money.ZERO, null));
        RateLimits limits = new RateLimits(new RateLimits.Standing(60, 0, NOON, NOON.plusSeconds(61)), null);
        arrives(authorise(KEY, CALL, "1", NOON), new Authorised(CALL, Money.of("1"), null, true, limits));
        arrives(
                authorise(KEY, CALL, "1", NOON),
                new Refused(
                        CALL,
                        Refusal.REQUESTS_PER_MINUTE,
                        Money.ZERO,
                        null,
                        new Level(ScopeType.TEAM, "team_1"),
                        limits));
        arrives(settle(KEY, CALL, "1", NOON), new Settlement(CALL, null, null));
        arrives(release(KEY, CALL, NOON), new Settlement(CALL, Money.ZERO, Money.of("3")));
        arrives(new KeyCommand.TellBalances(KEY, NOON), List.of(BALANCE));
        arrives(new KeyCommand.TellBalances(KEY, NOON), List.of());
        arrives(new KeyCommand.RevokeKey(KEY, BY_ADA), KEY);
        arrives(new BudgetCommand.RecordMoves(TEAM), TEAM);
        arrives(new OrganisationCommand.RegisterUser(ORG, new UserId("user_ada"), BY_ADA), new UserId("user_ada"));
    }

    private <R> void arrives(Command<R> command, R answer) {
        assertThat(wire.readAnswer(command, wire.writeAnswer(command, answer))).isEqualTo(answer);
    }

    @Test
    void brokenRulesAndAnUnavailableLedgerStayApart() {
        byte[] rule = wire.writeFailure(new RuleViolated(RuleViolated.Code.CONFLICT, "the key is revoked"));
        byte[] away = wire.writeFailure(new LedgerUnavailable("nothing could be recorded", new Error("no disk")));

        assertThatThrownBy(() -> wire.readAnswer(COMMANDS.getFirst(), rule))
                .isInstanceOfSatisfying(
                        RuleViolated.class, e -> assertThat(e.code()).isEqualTo(RuleViolated.Code.CONFLICT))
                .hasMessage("the key is revoked");
        assertThatThrownBy(() -> wire.readAnswer(COMMANDS.getFirst(), away))
                .isInstanceOf(LedgerUnavailable.class)
                .hasMessage("nothing could be recorded")
                .hasStackTraceContaining("no disk");
    }

    @Test
    void nothingButCommandsOfTheLedgerCanBeNamed() {
        String text = new String(
                wire.write(new Wire.Question(COMMANDS.getFirst(), ORG.value(), Instant.EPOCH)), StandardCharsets.UTF_8);
        byte[] newer =
                text.replace("KeyCommand.IssueKey", "KeyCommand.PaintKey").getBytes(StandardCharsets.UTF_8);
        byte[] foreign = text.replace("KeyCommand.IssueKey", "java.io.File").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> wire.readQuestion(newer)).hasMessageContaining("there is no command");
        assertThatThrownBy(() -> wire.readQuestion(foreign)).hasMessageContaining("there is no command");
    }

    private static List<String> commandsOfTheLedger() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(Command.class));
        List<String> found = new ArrayList<>();
        for (BeanDefinition command : scanner.findCandidateComponents("ai.costauditor.ledger")) {
            String name = String.valueOf(command.getBeanClassName());
            if (isShipped(name)) {
                found.add(name);
            }
        }
        assertThat(found).hasSizeGreaterThan(15);
        return found;
    }

    /** Tests have commands of their own, which never leave their JVM. */
    private static boolean isShipped(String name) {
        try {
            URL from = Class.forName(name).getProtectionDomain().getCodeSource().getLocation();
            return from.equals(
                    Command.class.getProtectionDomain().getCodeSource().getLocation());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
