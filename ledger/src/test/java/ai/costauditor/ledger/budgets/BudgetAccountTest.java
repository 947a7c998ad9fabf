package ai.costauditor.ledger.budgets;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class BudgetAccountTest {

    private final BudgetAccount account = new BudgetAccount(BERLIN);

    @Test
    void theDayOnWhichClocksGoForwardHas23Hours() {
        BudgetWindow.Span day = BudgetWindow.DAY.at(Instant.parse("2026-03-29T10:00:00Z"), BERLIN);
        assertThat(Duration.between(day.start(), day.end())).isEqualTo(Duration.ofHours(23));
        assertThat(BudgetWindow.DAY
                        .at(Instant.parse("2026-10-25T10:00:00Z"), BERLIN)
                        .start())
                .isEqualTo(Instant.parse("2026-10-24T22:00:00Z"));
    }

    @Test
    void monthsAndWeeksEndInTheZoneOfTheOrganisation() {
        account.limitTo(List.of(hard("10", BudgetWindow.MONTH), hard("5", BudgetWindow.WEEK)));
        spend("4", "2024-02-29T22:59:59.999Z"); // still the 29th in Berlin, a leap day
        assertThat(available("2024-02-29T22:59:59Z")).isEqualTo("1");
        assertThat(available("2024-02-29T23:00:00Z")).isEqualTo("1"); // a new month in the same week
        assertThat(available("2024-03-03T23:00:00Z")).isEqualTo("5"); // Monday
    }

    @Test
    void aLateAnswerCountsInAWindowThatIsLongOver() {
        account.limitTo(List.of(hard("10", BudgetWindow.DAY)));
        Instant first = Instant.parse("2026-01-01T12:00:00Z");
        account.hold(Money.of("3"), first);
        account.unresolve(Money.of("3"), first);
        for (int day = 1; day < 100; day++) {
            spend("1", first.plus(Duration.ofDays(day)).toString());
        }
        account.resolve(Money.of("3"), Money.of("2"), first);
        BudgetBalance balance = account.balances(first).getFirst();
        assertThat(balance.spent()).isEqualTo(Money.of("2"));
        assertThat(balance.unresolved()).isEqualTo(Money.ZERO);
    }

    @Test
    void windowsThatAreOverAndEmptyAreForgotten() {
        for (int day = 0; day < 1000; day++) {
            spend("1", Instant.EPOCH.plus(Duration.ofDays(day)).toString());
        }
        assertThat(account.state()).hasSizeLessThan(20);
    }

    @Test
    void theStateCanBeRestored() {
        account.limitTo(List.of(hard("10", BudgetWindow.TOTAL)));
        spend("4", "2026-01-01T12:00:00Z");
        BudgetAccount restored = new BudgetAccount(BERLIN);
        restored.limitTo(account.limits());
        restored.restore(account.state());
        assertThat(restored.available(Instant.parse("2026-06-01T12:00:00Z"))).isEqualTo(Money.of("6"));
    }

    private void spend(String cost, String at) {
        Instant instant = Instant.parse(at);
        account.hold(Money.of(cost), instant);
        account.settle(Money.of(cost), Money.of(cost), instant);
    }

    private String available(String at) {
        return String.valueOf(account.available(Instant.parse(at)));
    }
}
