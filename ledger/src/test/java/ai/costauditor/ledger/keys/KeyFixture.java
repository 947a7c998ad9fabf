package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** Words for tests about keys and calls. */
public final class KeyFixture {

    public static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    public static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    public static final Change BY_ADA = new Change("user_ada", NOON, null);
    public static final Attribution RESEARCH =
            new Attribution(new OrganisationId("org_1"), new TeamId("team_1"), new ProjectId("proj_1"), null);

    private KeyFixture() {}

    public static BudgetLimit hard(String limit, BudgetWindow window) {
        return new BudgetLimit(Money.of(limit), window, BudgetLimit.Kind.HARD);
    }

    public static BudgetLimit soft(String limit, BudgetWindow window) {
        return new BudgetLimit(Money.of(limit), window, BudgetLimit.Kind.SOFT);
    }

    public static IssueKey issue(KeyId key, SecretHash secret, Policy policy, BudgetLimit... budgets) {
        return new IssueKey(key, "a key", RESEARCH, secret, policy, List.of(budgets), BERLIN, BY_ADA);
    }

    public static IssueKey issue(KeyId key, BudgetLimit... budgets) {
        return issue(key, new SecretHash("0".repeat(64 - hex(key).length()) + hex(key)), Policy.DEFAULT, budgets);
    }

    private static String hex(KeyId key) {
        return Integer.toHexString(key.value().hashCode());
    }

    public static CallRequest request(String fingerprint) {
        return new CallRequest("openai", "chat.completions", "gpt-4o-mini", false, fingerprint, Map.of());
    }

    public static AuthoriseCall authorise(KeyId key, CallId call, String hold, Instant at) {
        return authorise(key, call, hold, "fingerprint of " + call, at);
    }

    public static AuthoriseCall authorise(KeyId key, CallId call, String hold, String fingerprint, Instant at) {
        Hold money = new Hold(Money.of(hold), at.plus(Duration.ofMinutes(10)), "node_test");
        return new AuthoriseCall(key, call, request(fingerprint), money, PriceStatus.PRICED, at);
    }

    public static SettleCall settle(KeyId key, CallId call, String cost, Instant at) {
        return new SettleCall(key, call, tokens(100, 20), charge(cost), end(CallEnd.Outcome.COMPLETED), at);
    }

    public static ReleaseCall release(KeyId key, CallId call, Instant at) {
        return new ReleaseCall(key, call, end(CallEnd.Outcome.REFUSED_UPSTREAM), at);
    }

    public static ExpireHold expire(KeyId key, CallId call, Instant at) {
        return new ExpireHold(key, call, end(CallEnd.Outcome.TIMED_OUT), null, at);
    }

    public static Usage tokens(long input, long output) {
        return new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, input, TokenKind.OUTPUT, output), Map.of(), null);
    }

    public static Charge charge(String cost) {
        return Charge.of(
                "catalogue-1",
                List.of(new ChargeLine("input", BigDecimal.ONE, new BigDecimal(cost), BigDecimal.ONE, Money.of(cost))));
    }

    public static CallEnd end(CallEnd.Outcome outcome) {
        return new CallEnd("gpt-4o-mini-2024-07-18", 200, 312, outcome, List.of());
    }
}
