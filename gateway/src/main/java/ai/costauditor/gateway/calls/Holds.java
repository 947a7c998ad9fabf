package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How much is reserved for a call: the most that it can cost, rounded up. */
final class Holds {

    private static final long MILLION = 1_000_000;

    private Holds() {}

    static Money amount(RequestFacts facts, PriceBound price) {
        return price.of(inputTokens(facts, price), outputTokens(facts, price));
    }

    private static long inputTokens(RequestFacts facts, PriceBound price) {
        return facts.cappedByWindow() ? Math.min(facts.inputBound(), price.contextWindow()) : facts.inputBound();
    }

    private static long outputTokens(RequestFacts facts, PriceBound price) {
        Long wanted = facts.maxOutput();
        long each = wanted == null ? price.maxOutput() : Math.min(wanted, price.maxOutput());
        return each * facts.answers() + Math.min(facts.extraOutput(), price.contextWindow());
    }

    /** The longest answer that an amount pays for; 0 if it pays for none. */
    static long fittingOutput(RequestFacts facts, PriceBound price, Money available) {
        long input = inputTokens(facts, price);
        Money rest = available.minus(price.of(input, facts.extraOutput()));
        BigDecimal perMillion =
                price.of(input, MILLION).minus(price.of(input, 0)).amount();
        if (rest.compareTo(Money.ZERO) <= 0 || perMillion.signum() <= 0) {
            return 0;
        }
        BigDecimal each = perMillion.multiply(BigDecimal.valueOf(facts.answers()));
        BigDecimal tokens = rest.amount().multiply(BigDecimal.valueOf(MILLION)).divide(each, 0, RoundingMode.FLOOR);
        return tokens.min(BigDecimal.valueOf(price.maxOutput())).longValue();
    }
}
