package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The most that a call can cost: every rate is the highest that can apply (cache writes, audio, long context).
 *
 * @param inputPerMillion price of a million input tokens
 * @param outputPerMillion price of a million output tokens
 * @param perCall fee of one call, zero for most
 * @param contextWindow tokens that the model can read at most
 * @param maxOutput tokens that the model can write at most
 * @param steps the highest rates of calls whose input is bounded, ascending; longer input has the highest of all
 * @param pricesTokens false for what is billed by units alone (transcription by the second, images by their size)
 * @param units prices of what is not a token, by the name of the unit
 */
public record PriceBound(
        BigDecimal inputPerMillion,
        BigDecimal outputPerMillion,
        BigDecimal perCall,
        long contextWindow,
        long maxOutput,
        String version,
        List<Step> steps,
        boolean pricesTokens,
        Map<String, UnitPrice> units) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * @param per how many units the price is for
     * @param least the quantity that is billed at least, if any is used
     */
    public record UnitPrice(
            BigDecimal price, BigDecimal per, @Nullable BigDecimal least) {}

    /** Of a model that is billed by tokens alone. */
    public PriceBound(
            BigDecimal inputPerMillion,
            BigDecimal outputPerMillion,
            BigDecimal perCall,
            long contextWindow,
            long maxOutput,
            String version,
            List<Step> steps) {
        this(inputPerMillion, outputPerMillion, perCall, contextWindow, maxOutput, version, steps, true, Map.of());
    }

    public PriceBound {
        units = Map.copyOf(units);
    }

    /** The same with a fee for each call beside all else. */
    public PriceBound withFee(Money fee) {
        return new PriceBound(
                inputPerMillion,
                outputPerMillion,
                perCall.add(fee.amount()),
                contextWindow,
                maxOutput,
                version,
                steps,
                pricesTokens,
                units);
    }

    /**
     * The most that so many units cost, rounded up.
     *
     * @throws IllegalArgumentException if one of them has no price
     */
    public Money of(Map<String, BigDecimal> quantities) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<String, BigDecimal> quantity : quantities.entrySet()) {
            UnitPrice unit = units.get(quantity.getKey());
            if (unit == null) {
                throw new IllegalArgumentException("no price for " + quantity.getKey());
            }
            BigDecimal billed = unit.least == null
                    ? quantity.getValue()
                    : quantity.getValue().max(unit.least);
            sum = sum.add(billed.multiply(unit.price).divide(unit.per, Money.SCALE + 6, RoundingMode.CEILING));
        }
        return Money.roundedUp(sum);
    }

    /** @param upTo input tokens, that many included */
    public record Step(long upTo, BigDecimal inputPerMillion, BigDecimal outputPerMillion) {}

    /**
     * Rounded up.
     *
     * @param inputTokens no less than the call can have; below a long-context threshold its lower rates are enough
     */
    public Money of(long inputTokens, long outputTokens) {
        Step step = step(inputTokens);
        BigDecimal input = step.inputPerMillion.multiply(BigDecimal.valueOf(inputTokens));
        BigDecimal output = step.outputPerMillion.multiply(BigDecimal.valueOf(outputTokens));
        return Money.roundedUp(input.add(output)
                .divide(MILLION, Money.SCALE + 6, RoundingMode.CEILING)
                .add(perCall));
    }

    private Step step(long inputTokens) {
        for (Step candidate : steps) {
            if (inputTokens <= candidate.upTo) {
                return candidate;
            }
        }
        return new Step(Long.MAX_VALUE, inputPerMillion, outputPerMillion);
    }
}
