package ai.costauditor.gateway.charges;

import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;
import java.math.BigDecimal;

/** How much is reserved for a call: the most that it can cost, rounded up. */
public final class Holds {

    private static final long MILLION = 1_000_000;

    private Holds() {}

    public static Money amount(RequestFacts facts, PriceBound price) {
        return price.of(inputTokens(facts, price), outputTokens(facts, price));
    }

    /** What the amount is made of, for policies that may reserve less. */
    public static Estimate estimate(RequestFacts facts, PriceBound price, boolean canBeShorter) {
        long input = inputTokens(facts, price);
        Long wanted = facts.maxOutput();
        Money likely = price.of(Math.min(facts.inputEstimate(), input), 0);
        BigDecimal perToken =
                price.of(input, MILLION).minus(price.of(input, 0)).amount().movePointLeft(6);
        return new Estimate(
                price.of(input, Math.min(facts.extraOutput(), price.contextWindow())),
                likely,
                Money.roundedUp(perToken.multiply(BigDecimal.valueOf(facts.answers()))),
                wanted == null ? price.maxOutput() : Math.min(wanted, price.maxOutput()),
                canBeShorter);
    }

    private static long inputTokens(RequestFacts facts, PriceBound price) {
        return facts.cappedByWindow() ? Math.min(facts.inputBound(), price.contextWindow()) : facts.inputBound();
    }

    private static long outputTokens(RequestFacts facts, PriceBound price) {
        Long wanted = facts.maxOutput();
        long each = wanted == null ? price.maxOutput() : Math.min(wanted, price.maxOutput());
        return each * facts.answers() + Math.min(facts.extraOutput(), price.contextWindow());
    }
}
