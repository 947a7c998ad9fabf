package ai.costauditor.ledger.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    private static final String HALF = "0.0000000000005";

    @Test
    void aLineIsRoundedHalfEven() {
        assertThat(Money.rounded(new BigDecimal(HALF))).isEqualTo(Money.ZERO);
        assertThat(Money.rounded(new BigDecimal("0.0000000000015"))).isEqualTo(Money.of("0.000000000002"));
        assertThat(Money.rounded(new BigDecimal("0.00000000000051"))).isEqualTo(Money.of("0.000000000001"));
    }

    @Test
    void aHoldIsRoundedUp() {
        assertThat(Money.roundedUp(new BigDecimal("0.0000000000001"))).isEqualTo(Money.of("0.000000000001"));
        assertThat(Money.roundedUp(new BigDecimal("0.5"))).isEqualTo(Money.of("0.5"));
    }

    @Test
    void nothingIsRoundedUnasked() {
        assertThatThrownBy(() -> Money.of(HALF)).isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({"1.50, 1.5", "12, 12", "100, 100", "0.000123, 0.000123", "-0.10, -0.1", "0, 0", "1E+2, 100"})
    void itsTextIsPlain(String amount, String text) {
        assertThat(Money.of(amount)).hasToString(text);
    }

    @Test
    void equalAmountsAreEqualHoweverTheyAreWritten() {
        assertThat(Money.of("1.0")).isEqualTo(Money.of("1.000")).hasSameHashCodeAs(Money.of("1"));
    }

    @Test
    void itCalculatesExactly() {
        assertThat(Money.of("0.1").plus(Money.of("0.2"))).isEqualTo(Money.of("0.3"));
        assertThat(Money.of("0.1").minus(Money.of("0.3"))).isEqualTo(Money.of("-0.2"));
        assertThat(Money.of("0.000000000001").times(3_000_000_000_000L)).isEqualTo(Money.of("3"));
        assertThat(Money.of("2").negated()).isEqualTo(Money.of("-2"));
    }

    @ParameterizedTest
    @CsvSource({"1, 0.3, 3", "0.9, 0.3, 3", "0.2, 0.3, 0", "-1, 0.3, -3", "1, 0, 9223372036854775807"})
    void itSaysHowOftenAnotherFits(String amount, String other, long times) {
        assertThat(Money.of(amount).over(Money.of(other))).isEqualTo(times);
    }

    @Test
    void moreTimesThanCanBeCountedIsTheMostThatCan() {
        assertThat(Money.of("10000000000000000").over(Money.of("0.000000000001")))
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, false", "2, 2, false", "2.000000000001, 2, true"})
    void itSaysWhichIsGreater(String amount, String other, boolean greater) {
        assertThat(Money.of(amount).isGreaterThan(Money.of(other))).isEqualTo(greater);
    }

    @Test
    void zeroIsNeitherNegativeNorAnythingElse() {
        assertThat(Money.ZERO.isZero()).isTrue();
        assertThat(Money.ZERO.isNegative()).isFalse();
        assertThat(Money.of("-0.000000000001").isNegative()).isTrue();
        assertThat(Money.of("0.000000000001").isZero()).isFalse();
        assertThat(Money.of("1").isNegative()).isFalse();
    }
}
