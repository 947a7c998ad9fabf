package ai.costauditor.ledger.check;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.expire;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static ai.costauditor.ledger.keys.KeyFixture.release;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.Charge;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each invariant is broken on purpose, and its line, and no other, turns red. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerCheckTest {

    private static final KeyId RICH = new KeyId("key_rich");
    private static final KeyId POOR = new KeyId("key_poor");
    private static final OrganisationId ORGANISATION = new OrganisationId("org_1");

    private final Database filled = PostgresForTests.fresh();

    @BeforeAll
    void fill() {
        // the calls of this test are of another time, and their holds are ended by nobody but the test
        try (LedgerForTests process = LedgerForTests.over(filled, Map.of("auditor.ledger.node.sweep", "1d"))) {
            var ledger = process.ledger();
            ledger.execute(new CreateOrganisation(ORGANISATION, "Acme", "USD", BERLIN, BY_ADA));
            ledger.execute(issue(RICH));
            ledger.execute(issue(POOR, hard("1", BudgetWindow.DAY)));
            for (int day = 0; day < 6; day++) {
                calls(process, RICH, "day" + day, NOON.plusSeconds(day * 86_400L));
            }
            ledger.execute(limits("2"));
            calls(process, RICH, "limited", NOON.plusSeconds(6 * 86_400L));
            calls(process, POOR, "poor", NOON.plusSeconds(6 * 86_400L));
            ledger.execute(authorise(POOR, new CallId("call_poor_refused"), "0.9", NOON.plusSeconds(6 * 86_400L)));
            ledger.execute(authorise(RICH, new CallId("call_rich_refused"), "1.9", NOON.plusSeconds(6 * 86_400L)));
            ledger.execute(new SuspendKey(POOR, BY_ADA));
        }
    }

    private static SetLimits limits(String limit) {
        return new SetLimits(
                new Scope(ORGANISATION, ScopeType.TEAM, "team_1"),
                List.of(new BudgetLimit(
                        ai.costauditor.ledger.money.Money.of(limit), BudgetWindow.WEEK, BudgetLimit.Kind.HARD)),
                BERLIN,
                BY_ADA);
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
    void aVersionIsMissing() {
        assertThat(damaged("update ledger_event set version = 99 where event_type = 'key.Suspended'")
                        .wrong())
                .containsExactly("stream versions");
    }
}
