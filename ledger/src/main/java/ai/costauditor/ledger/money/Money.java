package ai.costauditor.ledger.money;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact amount in the organisation's currency, always at 12 decimal places. In JSON it is a decimal string without
 * exponent and without trailing zeros.
 */
public record Money(BigDecimal amount) implements Comparable<Money> {

    public static final int SCALE = 12;
    public static final Money ZERO = new Money(BigDecimal.ZERO);

    /** @throws ArithmeticException if the amount needs more than 12 places; round explicitly first */
    public Money {
        amount = amount.setScale(SCALE, RoundingMode.UNNECESSARY);
    }

    /** @throws NumberFormatException if the text is not a decimal number */
    @JsonCreator
    public static Money of(String decimal) {
        return new Money(new BigDecimal(decimal));
    }

    /** One line of a charge: rounded once, half-even. */
    public static Money rounded(BigDecimal exact) {
        return new Money(exact.setScale(SCALE, RoundingMode.HALF_EVEN));
    }

    /** A hold: never less than the exact amount. */
    public static Money roundedUp(BigDecimal exact) {
        return new Money(exact.setScale(SCALE, RoundingMode.CEILING));
    }

    public Money plus(Money other) {
        return new Money(amount.add(other.amount));
    }

    public Money minus(Money other) {
        return new Money(amount.subtract(other.amount));
    }

    public Money times(long count) {
        return new Money(amount.multiply(BigDecimal.valueOf(count)));
    }

    /** How often another amount fits into this one; {@link Long#MAX_VALUE} for an amount of zero. */
    public long over(Money other) {
        return other.isZero()
                ? Long.MAX_VALUE
                : amount.divideToIntegralValue(other.amount)
                        .min(BigDecimal.valueOf(Long.MAX_VALUE))
                        .longValue();
    }

    public Money negated() {
        return new Money(amount.negate());
    }

    public boolean isGreaterThan(Money other) {
        return compareTo(other) > 0;
    }

    public boolean isNegative() {
        return amount.signum() < 0;
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    @Override
    public int compareTo(Money other) {
        return amount.compareTo(other.amount);
    }

    /** Plain decimal text, at least one digit before the point: {@code 0.000123}, {@code 12}. */
    @JsonValue
    @Override
    public String toString() {
        BigDecimal stripped = amount.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }
}
