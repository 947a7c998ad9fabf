package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;

/**
 * The most that a call can cost: every rate is the highest that can apply (cache writes, long context).
 *
 * @param inputPerMillion price of a million input tokens
 * @param outputPerMillion price of a million output tokens
 * @param perCall fee of one call, zero for most
 * @param contextWindow tokens that the model can read at most
 * @param maxOutput tokens that the model can write at most
 */
public record PriceBound(
        BigDecimal inputPerMillion,
        BigDecimal outputPerMillion,
        BigDecimal perCall,
        long contextWindow,
        long maxOutput,
        String version) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** Rounded up; tokens beyond the model's limits are not counted, because the model cannot be billed for them. */
    public Money of(long inputTokens, long outputTokens) {
        BigDecimal input = inputPerMillion.multiply(BigDecimal.valueOf(inputTokens));
        BigDecimal output = outputPerMillion.multiply(BigDecimal.valueOf(outputTokens));
        return Money.roundedUp(input.add(output)
                .divide(MILLION, Money.SCALE + 6, java.math.RoundingMode.CEILING)
                .add(perCall));
    }
}
