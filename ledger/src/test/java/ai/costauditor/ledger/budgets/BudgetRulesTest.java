package ai.costauditor.ledger.budgets;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.soft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Edges of amounts and of moments, on an account alone. */
@NullUnmarked
class BudgetRulesTest {

    private static final CallId CALL = new CallId("call_1");
    private final BudgetAccount account = new BudgetAccount(BERLIN);

    @Test
    void everyKindOfMoveTakesFromOnePlaceAndPutsIntoAnother() {
        account.limitTo(List.of(hard("100", BudgetWindow.DAY)));
        move(Move.Kind.HELD, "10", "0");
        balanceIs("0", "10", "0");
        move(Move.Kind.SETTLED, "4", "3");
        balanceIs("3", "6", "0");
        move(Move.Kind.UNRESOLVED, "5", "0");
        balanceIs("3", "1", "5");
        move(Move.Kind.RESOLVED, "5", "2");
        balanceIs("5", "1", "0");
        move(Move.Kind.ADJUSTED, "0", "-1");
        balanceIs("4", "1", "0");
        assertThat(account.available(NOON)).isEqualTo(Money.of("95"));
    }

    private void move(Move.Kind kind, String hold, String cost) {
        new Move(CALL, kind, Money.of(hold), Money.of(cost), NOON).on(account);
    }

    private void balanceIs(String spent, String held, String unresolved) {
        BudgetBalance balance = account.balances(NOON).getFirst();
        assertThat(List.of(balance.spent(), balance.held(), balance.unresolved()))
                .containsExactly(Money.of(spent), Money.of(held), Money.of(unresolved));
    }

    @Test
    void anEndThatCountsLaterIsTwoMovesUnlessItCostNothing() {
        Instant later = NOON.plusSeconds(1);
        assertThat(Move.ofEnd(CALL, Move.Kind.SETTLED, Money.of("2"), Money.of("1"), NOON, NOON))
                .containsExactly(new Move(CALL, Move.Kind.SETTLED, Money.of("2"), Money.of("1"), NOON));
        assertThat(Move.ofEnd(CALL, Move.Kind.SETTLED, Money.of("2"), Money.ZERO, NOON, later))
                .containsExactly(new Move(CALL, Move.Kind.SETTLED, Money.of("2"), Money.ZERO, NOON));
        assertThat(Move.ofEnd(CALL, Move.Kind.SETTLED, Money.of("2"), Money.of("1"), NOON, later))
                .containsExactly(
                        new Move(CALL, Move.Kind.SETTLED, Money.of("2"), Money.ZERO, NOON),
                        new Move(CALL, Move.Kind.ADJUSTED, Money.ZERO, Money.of("1"), later));
    }

    @Test
    void aHoldThatUsesUpTheLimitFitsAndTheSmallestAmountMoreDoesNot() {
        account.limitTo(List.of(hard("10", BudgetWindow.DAY), hard("7", BudgetWindow.TOTAL)));
        assertThat(account.withoutRoomFor(Money.of("7"), NOON)).isEmpty();
        assertThat(account.withoutRoomFor(Money.of("7.000000000001"), NOON))
                .hasValueSatisfying(full -> assertThat(full.budget().window()).isEqualTo(BudgetWindow.TOTAL));
        assertThat(account.withoutRoomFor(Money.of("11"), NOON))
                .as("the one with the least room")
                .hasValueSatisfying(full -> assertThat(full.budget().window()).isEqualTo(BudgetWindow.TOTAL));
    }

    @Test
    void aLimitOfZeroAllowsNothingNotEvenWhatIsFree() {
        account.limitTo(List.of(hard("0", BudgetWindow.DAY)));
        assertThat(account.withoutRoomFor(Money.ZERO, NOON)).isPresent();
        assertThat(account.hasHardLimit()).isTrue();
    }

    @Test
    void aSoftLimitRefusesNothingAndIsNoMeasureOfWhatIsLeft() {
        account.limitTo(List.of(soft("1", BudgetWindow.DAY)));
        assertThat(account.withoutRoomFor(Money.of("100"), NOON)).isEmpty();
        assertThat(account.available(NOON)).isNull();
        assertThat(account.hasHardLimit()).isFalse();
        assertThat(account.balances(NOON)).hasSize(1);
    }

    @Test
    void aRaiseEndsWithTheMillisecondThatItNames() {
        BudgetLimit raised = new BudgetLimit(
                Money.of("10"),
                BudgetWindow.DAY,
                BudgetLimit.Kind.HARD,
                null,
                new BudgetLimit.Raise(Money.of("5"), NOON));
        account.limitTo(List.of(raised));
        assertThat(account.available(NOON.minusMillis(1))).isEqualTo(Money.of("15"));
        assertThat(account.available(NOON)).isEqualTo(Money.of("10"));
        assertThat(raised.at(NOON).raise()).isNull();
        assertThat(raised.at(NOON.minusMillis(1)).raise()).isEqualTo(raised.raise());
    }

    @Test
    void amountsAndPercentagesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> hard("-0.000000000001", BudgetWindow.DAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BudgetLimit.Raise(Money.ZERO, NOON)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BudgetLimit.Raise(Money.of("-1"), NOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withThresholds(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withThresholds(1001)).isInstanceOf(IllegalArgumentException.class);
        assertThat(withThresholds(1000, 1, 1).thresholds()).containsExactly(1, 1000);
    }

    private static BudgetLimit withThresholds(Integer... percentages) {
        return new BudgetLimit(Money.of("10"), BudgetWindow.DAY, BudgetLimit.Kind.HARD, List.of(percentages), null);
    }

    @Test
    void aThresholdIsReachedWithTheExactAmountAndToldOnceInItsWindow() {
        account.limitTo(List.of(withThresholds(50, 80)));
        spend("4.999999999999", NOON);
        assertThat(account.reached(NOON)).isEmpty();
        spend("0.000000000001", NOON);
        assertThat(account.reached(NOON)).singleElement().satisfies(threshold -> {
            assertThat(threshold.percent()).isEqualTo(50);
            assertThat(threshold.spent()).isEqualTo(Money.of("5"));
            account.told(threshold);
        });
        assertThat(account.reached(NOON)).isEmpty();
        Instant tomorrow = NOON.plusSeconds(86_400);
        spend("8", tomorrow);
        assertThat(account.reached(tomorrow)).extracting(Threshold::percent).containsExactly(50, 80);
    }

    @Test
    void whatWasToldOfWindowsThatAreForgottenIsForgottenToo() {
        account.limitTo(List.of(withThresholds(50)));
        for (int day = 0; day < 30; day++) {
            Instant at = NOON.plusSeconds(86_400L * day);
            spend("6", at);
            account.reached(at).forEach(account::told);
        }
        assertThat(account.told()).hasSizeBetween(3, 4);
    }

    private void spend(String cost, Instant at) {
        account.hold(Money.of(cost), at);
        account.settle(Money.of(cost), Money.of(cost), at);
    }

    @Test
    void theScopesOfAKeyAreInTheOrderOfTheirHolds() {
        assertThat(Scope.of(ai.costauditor.ledger.keys.KeyFixture.RESEARCH))
                .extracting(Scope::type)
                .containsExactly(ScopeType.PROJECT, ScopeType.TEAM, ScopeType.ORGANISATION);
        assertThatThrownBy(() -> new Scope(
                        ai.costauditor.ledger.keys.KeyFixture.RESEARCH.organisation(), ScopeType.KEY, "key_1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
