package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.settle;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What was charged is corrected by what is recorded beside it. */
@NullUnmarked
class KeyAdjustmentsTest {

    private static final CallId CALL = new CallId("call_1");
    private static final AdjustmentId FIRST = new AdjustmentId("adj_1");
    private static final YearMonth MARCH = YearMonth.parse("2026-03");
    private static final Instant APRIL = Instant.parse("2026-04-02T09:00:00Z");

    private final KeyScenario key = new KeyScenario().issued(hard("10", BudgetWindow.MONTH));

    @Test
    void aCorrectionIsSpentInTheWindowsOfItsCall() {
        key.held(CALL, "5")
                .settled(CALL, "4", NOON)
                .and(adjusted(FIRST, "-1.5", null))
                .when(authorise(KeyScenario.KEY, new CallId("call_2"), "7.5", NOON))
                .isAuthorised("0");
    }

    @Test
    void theSameAdjustmentAgainChangesNothing() {
        key.held(CALL, "5").settled(CALL, "4", NOON).and(adjusted(FIRST, "-1.5", null));
        key.when(adjust(FIRST, "-1.5", "4"))
                .answers(
                        "the first one",
                        answer -> answer instanceof ChargeAdjusted e
                                && e.adjustment().equals(FIRST))
                .recordsNothing();
        key.when(adjust(FIRST, "-1", "4")).breaksTheRule(CONFLICT);
    }

    @Test
    void aCallNeverCostsLessThanNothing() {
        key.held(CALL, "5").settled(CALL, "4", NOON).and(adjusted(FIRST, "-1.5", null));
        key.when(adjust(new AdjustmentId("adj_2"), "-2.5", "4")).records(ChargeAdjusted.class);
        key.when(adjust(new AdjustmentId("adj_2"), "-2.500000000001", "4")).breaksTheRule(CONFLICT);
    }

    @Test
    void aCallThatHasNotEndedIsNotCorrected() {
        key.held(CALL, "5").when(adjust(FIRST, "1", null)).breaksTheRule(CONFLICT);
    }

    @Test
    void aPersonResolvesWhatNobodyKnew() {
        key.held(CALL, "5").expired(CALL, "5");
        key.when(adjust(FIRST, "0", null))
                .answers(
                        "zero instead of five",
                        answer -> answer instanceof ChargeAdjusted e
                                && Money.of("5").equals(e.corrected().unresolved()));
        key.and(adjusted(FIRST, "2", "5"));
        key.when(authorise(KeyScenario.KEY, new CallId("call_2"), "8", NOON)).isAuthorised("0");
        key.when(authorise(KeyScenario.KEY, CALL, "5", NOON)).isAuthorised("8");
        key.when(settle(KeyScenario.KEY, CALL, "3", NOON)).ends("2", "8").recordsNothing();
    }

    @Test
    void aPriceThatArrivesLateReRatesACallWithoutOne() {
        key.held(CALL, "5")
                .settledWithoutPrice(CALL)
                .and(adjusted(FIRST, "0.25", "5"))
                .when(authorise(KeyScenario.KEY, new CallId("call_2"), "9.75", NOON))
                .isAuthorised("0");
    }

    @Test
    void whatDoesNotMakeSenseIsRefused() {
        key.held(CALL, "5").settled(CALL, "4", NOON);
        key.when(adjust(FIRST, "0", "4")).breaksTheRule(INVALID);
        key.when(adjust(FIRST, "1", null)).breaksTheRule(CONFLICT);
        key.when(new AdjustCharge(
                        KeyScenario.KEY,
                        FIRST,
                        AdjustmentKind.CORRECTION,
                        Money.of("1"),
                        charged("4"),
                        null,
                        by(NOON, " ")))
                .breaksTheRule(INVALID);
        key.when(new AdjustCharge(
                        KeyScenario.KEY, FIRST, AdjustmentKind.CREDIT, Money.of("1"), null, null, by(NOON, "why")))
                .breaksTheRule(INVALID);
        key.when(new AdjustCharge(
                        KeyScenario.KEY, FIRST, AdjustmentKind.CORRECTION, Money.of("1"), null, null, by(NOON, "why")))
                .breaksTheRule(INVALID);
        key.when(new AdjustCharge(
                        KeyScenario.KEY,
                        FIRST,
                        AdjustmentKind.RE_RATING,
                        Money.of("1"),
                        charged("4"),
                        null,
                        by(NOON, "why")))
                .breaksTheRule(INVALID);
    }

    @Test
    void inAClosedMonthACorrectionCountsNowAndSaysWhatItCorrects() {
        key.held(CALL, "5").settled(CALL, "4", NOON).closed(MARCH);
        key.when(adjust(FIRST, "1", "4"))
                .answers(
                        "april, about march",
                        answer -> answer instanceof ChargeAdjusted e
                                && e.countsAt().equals(APRIL)
                                && e.afterClose().corrects().equals(MARCH));
    }

    @Test
    void aSettlementAfterTheCloseCountsInTheOpenMonthAndItsHoldLeavesTheClosedOne() {
        key.held(CALL, "5").closed(MARCH);
        key.when(settle(KeyScenario.KEY, CALL, "4", APRIL)).ends("4", "6");
        key.when(settle(KeyScenario.KEY, CALL, "4", NOON.plus(Duration.ofDays(1))))
                .ends("4", "10");
    }

    private static ChargeAdjusted adjusted(AdjustmentId id, String amount, String unresolved) {
        return new ChargeAdjusted(
                KeyScenario.KEY,
                id,
                RESEARCH,
                AdjustmentKind.CORRECTION,
                Money.of(amount),
                new Corrected(CALL, "openai", "gpt-4o-mini", NOON, unresolved == null ? null : Money.of(unresolved)),
                null,
                null,
                by(NOON, "a mistake"));
    }

    private static AdjustCharge adjust(AdjustmentId id, String amount, String cost) {
        return new AdjustCharge(
                KeyScenario.KEY,
                id,
                AdjustmentKind.CORRECTION,
                Money.of(amount),
                charged(cost),
                null,
                by(APRIL, "a mistake"));
    }

    private static ChargedCall charged(String cost) {
        return new ChargedCall(CALL, RESEARCH, "openai", "gpt-4o-mini", NOON, cost == null ? null : Money.of(cost));
    }

    private static Change by(Instant at, String reason) {
        return new Change("user_ada", at, reason);
    }
}
