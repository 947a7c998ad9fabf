package ai.costauditor.projections;

import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Adjustments;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
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
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A ledger with its read models over a real database, and words to fill it with calls. */
public final class ReadSide implements AutoCloseable {

    public static final OrganisationId ACME = new OrganisationId("org_acme");
    public static final UserId ADA = new UserId("user_ada");
    public static final Names IDS = id -> id;

    private final LedgerForTests process;

    public ReadSide() {
        this(PostgresForTests.fresh());
    }

    public ReadSide(PostgresForTests.Database database) {
        // the calls of these tests are of another time, and their holds are ended by nobody but the test
        process = LedgerForTests.over(database, Map.of("auditor.ledger.node.sweep", "1d"));
    }

    public <T> T bean(Class<T> type) {
        return process.bean(type);
    }

    public JdbcClient database() {
        return bean(JdbcClient.class);
    }

    public <R> R execute(Command<R> command) {
        return process.ledger().execute(command);
    }

    /** Every event is in every read model. */
    public void catchUp() {
        Progress progress = bean(Progress.class);
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(() -> progress.lag().isZero());
    }

    public KeyId key(String name, ZoneId zone, @Nullable UserId user, BudgetLimit... limits) {
        return key(
                name,
                new Attribution(ACME, new TeamId("team_" + name), new ProjectId("proj_" + name), user),
                zone,
                limits);
    }

    public KeyId key(String name, Attribution attribution, ZoneId zone, BudgetLimit... limits) {
        KeyId key = new KeyId("key_" + name);
        KeySecrets secrets = bean(KeySecrets.class);
        return execute(new IssueKey(
                key,
                name,
                attribution,
                secrets.hash(name),
                Policy.DEFAULT,
                List.of(limits),
                zone,
                new Change("user_ada", Instant.parse("2026-01-01T00:00:00Z"), null)));
    }

    public Authorisation authorise(KeyId key, CallId call, String prompt, String hold, Instant at) {
        return execute(new AuthoriseCall(
                key,
                call,
                request(prompt),
                new Hold(Money.of(hold), at.plusSeconds(600), "node_test"),
                PriceStatus.PRICED,
                at));
    }

    public void settle(KeyId key, CallId call, String cost, Instant at) {
        execute(new SettleCall(key, call, usage(100, 20), charge(cost), end(CallEnd.Outcome.COMPLETED), at));
    }

    public void settleUnpriced(KeyId key, CallId call, Instant at) {
        execute(new SettleCall(key, call, usage(70, 7), Charge.unpriced(), end(CallEnd.Outcome.COMPLETED), at));
    }

    public void release(KeyId key, CallId call, Instant at) {
        execute(new ReleaseCall(
                key, call, new CallEnd(null, 400, 12, CallEnd.Outcome.REFUSED_UPSTREAM, List.of()), at));
    }

    public void expire(KeyId key, CallId call, Instant at) {
        execute(new ExpireHold(key, call, new CallEnd(null, 0, 0, CallEnd.Outcome.TIMED_OUT, List.of()), null, at));
    }

    public ChargeAdjusted adjust(KeyId key, AdjustmentKind kind, @Nullable CallId call, String amount, Instant at) {
        return bean(Adjustments.class)
                .adjust(
                        key,
                        AdjustmentId.next(),
                        kind,
                        Money.of(amount),
                        call,
                        kind == AdjustmentKind.RE_RATING ? "prices-2" : null,
                        new Change("user_ada", at, "asked for by finance"));
    }

    /** A call from its start to its end, one second later. */
    public CallId call(KeyId key, String prompt, String cost, Instant at) {
        CallId call = CallId.next();
        authorise(key, call, prompt, "1", at);
        settle(key, call, cost, at.plusSeconds(1));
        return call;
    }

    static CallRequest request(String prompt) {
        return new CallRequest(
                "openai", "chat.completions", "gpt-4o-mini", false, "print of " + prompt, Map.of("tag", "x"));
    }

    static Usage usage(long input, long output) {
        return new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, input, TokenKind.OUTPUT, output), Map.of(), "{}");
    }

    static Charge charge(String cost) {
        return Charge.of(
                "prices-1",
                List.of(new ChargeLine("input", BigDecimal.ONE, new BigDecimal(cost), BigDecimal.ONE, Money.of(cost))));
    }

    static CallEnd end(CallEnd.Outcome outcome) {
        return new CallEnd("gpt-4o-mini-2024-07-18", 200, 312, outcome, List.of());
    }

    @Override
    public void close() {
        process.close();
    }
}
