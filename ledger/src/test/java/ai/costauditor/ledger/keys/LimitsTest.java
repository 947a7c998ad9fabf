package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.settle;
import static ai.costauditor.ledger.keys.KeyScenario.KEY;

import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetLimit.Raise;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.ThresholdReached;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Thresholds, raises that end by themselves, and holds that are smaller than the worst case. */
class LimitsTest {

    private static final CallId CALL = new CallId("call_x");
    private static final Policy CLAMPED =
            Policy.enforcing(Policy.Enforcement.STRICT).clampMaxTokens(true).build();
    private static final Policy EXPECTED =
            Policy.enforcing(Policy.Enforcement.EXPECTED).build();

    private final KeyScenario key = new KeyScenario();

    // --- thresholds ---

    @Test
    void aThresholdIsToldOnceWhenASettlementReachesIt() {
        key.issued(limit("10", List.of(50, 80)))
                .spent("4")
                .held(CALL, "2")
                .when(settle(KEY, CALL, "1", NOON))
                .ends("1", "5")
                .records(CallSettled.class, ThresholdReached.class);
    }

    @Test
    void oneSettlementMayReachTwoAndOneBelowReachesNone() {
        key.issued(limit("10", List.of(50, 80)))
                .held(CALL, "9")
                .when(settle(KEY, CALL, "8.5", NOON))
                .records(CallSettled.class, ThresholdReached.class, ThresholdReached.class);
        new KeyScenario()
                .issued(limit("10", List.of(50, 80)))
                .held(CALL, "9")
                .when(settle(KEY, CALL, "4.999999999999", NOON))
                .records(CallSettled.class);
    }

    @Test
    void whatWasToldIsNotToldAgainInTheSameWindowAndIsInTheNext() {
        BudgetLimit daily = new BudgetLimit(Money.of("10"), BudgetWindow.DAY, BudgetLimit.Kind.HARD, List.of(50), null);
        key.issued(daily)
                .spent("6")
                .told(daily, 50, "6", NOON)
                .held(CALL, "1")
                .when(settle(KEY, CALL, "1", NOON))
                .records(CallSettled.class);
        Instant tomorrow = NOON.plus(Duration.ofDays(1));
        new KeyScenario()
                .issued(daily)
                .spent("6")
                .told(daily, 50, "6", NOON)
                .held(CALL, "6", tomorrow)
                .when(settle(KEY, CALL, "6", tomorrow))
                .records(CallSettled.class, ThresholdReached.class);
    }

    @Test
    void anEmptyListTellsNothing() {
        key.issued(limit("1", List.of()))
                .held(CALL, "1")
                .when(settle(KEY, CALL, "1", NOON))
                .records(CallSettled.class);
    }

    // --- raises ---

    @Test
    void aRaiseCountsUntilItEndsAndNotAMillisecondLonger() {
        Instant end = NOON.plus(Duration.ofHours(1));
        BudgetLimit raised = new BudgetLimit(
                Money.of("1"), BudgetWindow.MONTH, BudgetLimit.Kind.HARD, null, new Raise(Money.of("0.5"), end));
        key.issued(raised)
                .spent("1")
                .when(KeyFixture.authorise(KEY, CALL, "0.5", end.minusMillis(1)))
                .isAuthorised("0");
        new KeyScenario()
                .issued(raised)
                .spent("1")
                .when(KeyFixture.authorise(KEY, CALL, "0.5", end))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    // --- smaller holds ---

    @Test
    void aClampedCallHoldsWhatIsLeft() {
        // 0.1 of input and 100 tokens at 0.01; 0.5 is left, which is enough for 40
        key.issued(CLAMPED, hard("1", BudgetWindow.MONTH))
                .spent("0.5")
                .when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isAuthorised("0");
    }

    @Test
    void aCallThatCannotBeShorterIsRefusedAndSoIsOneWhoseInputAloneIsTooMuch() {
        key.issued(CLAMPED, hard("1", BudgetWindow.MONTH))
                .spent("0.5")
                .when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, false)))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
        new KeyScenario()
                .issued(CLAMPED, hard("1", BudgetWindow.MONTH))
                .spent("0.5")
                .when(authorise("1.5", new Estimate(Money.of("0.5"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    @Test
    void expectedHoldsTheWorstCaseUntilItHasLearned() {
        key.issued(EXPECTED, hard("2", BudgetWindow.MONTH))
                .when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isAuthorised("0.9");
    }

    @Test
    void expectedHoldsForTheUsualAnswerAfterwards() {
        // the answers of the scenario have 20 tokens, which are counted up to 23
        KeyScenario learned = key.issued(EXPECTED, hard("2", BudgetWindow.MONTH));
        for (int i = 0; i < OutputSizes.ENOUGH; i++) {
            learned.spent("0.01");
        }
        learned.when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isAuthorised("1.22");
    }

    @Test
    void whatHasNoAnswerOfAModelTeachesNothing() {
        Usage nothing = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);
        KeyScenario polled = key.issued(EXPECTED, hard("2", BudgetWindow.MONTH));
        for (int i = 0; i < OutputSizes.ENOUGH; i++) {
            polled.called("responses.get", nothing, "0");
        }
        polled.when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isAuthorised("0.9");
    }

    @Test
    void theManyAnswersOfABatchAreNotOneLongAnswer() {
        KeyScenario learned = key.issued(EXPECTED, hard("3", BudgetWindow.MONTH));
        for (int i = 0; i < OutputSizes.ENOUGH; i++) {
            learned.spent("0.01");
        }
        learned.called("batches", KeyFixture.tokens(1_000, 1_000_000), "0.5");
        learned.called("messages.batches", KeyFixture.tokens(1_000, 1_000_000), "0.5");
        learned.when(authorise("1.1", new Estimate(Money.of("0.1"), Money.of("0.05"), Money.of("0.01"), 100, true)))
                .isAuthorised("1.22");
    }

    private static BudgetLimit limit(String limit, List<Integer> thresholds) {
        return new BudgetLimit(Money.of(limit), BudgetWindow.MONTH, BudgetLimit.Kind.HARD, thresholds, null);
    }

    private static AuthoriseCall authorise(String strict, Estimate estimate) {
        Hold hold = new Hold(Money.of(strict), NOON.plus(Duration.ofMinutes(10)), "node_test");
        return new AuthoriseCall(KEY, CALL, request("f"), hold, PriceStatus.PRICED, estimate, NOON);
    }
}
