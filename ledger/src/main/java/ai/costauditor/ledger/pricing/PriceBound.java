package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * The most that a call can cost: every rate is the highest that can apply (cache writes, audio, long context).
 *
 * @param inputPerMillion price of a million input tokens
 * @param outputPerMillion price of a million output tokens
 * @param perCall fee of one call, zero for most
 * @param contextWindow tokens that the model can read at most
 * @param maxOutput tokens that the model can write at most
 * @param steps the highest rates of calls whose input is bounded, ascending; longer input has the highest of all
 */
public record PriceBound(
        BigDecimal inputPerMillion,
        BigDecimal outputPerMillion,
        BigDecimal perCall,
        long contextWindow,
        long maxOutput,
        String version,
        List<Step> steps) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** @param upTo input tokens, that many included */
    public record Step(long upTo, BigDecimal inputPerMillion, BigDecimal outputPerMillion) {}

    /**
     * Rounded up.
     *
     * @param inputTokens no less than the call can have; below a long-context threshold its lower rates are enough
     */
    public Money of(long inputTokens, long outputTokens) {
        Step step = steps.stream()
                .filter(candidate -> inputTokens <= candidate.upTo)
                .findFirst()
                .orElseGet(() -> new Step(Long.MAX_VALUE, inputPerMillion, outputPerMillion));
        BigDecimal input = step.inputPerMillion.multiply(BigDecimal.valueOf(inputTokens));
        BigDecimal output = step.outputPerMillion.multiply(BigDecimal.valueOf(outputTokens));
        return Money.roundedUp(input.add(output)
                .divide(MILLION, Money.SCALE + 6, RoundingMode.CEILING)
                .add(perCall));
    }
}
