package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;

/** How much is reserved for a call: the most that it can cost, rounded up. */
final class Holds {

    private Holds() {}

    static Money amount(RequestFacts facts, PriceBound price, Policy.Enforcement enforcement) {
        return switch (enforcement) {
            case OBSERVE -> Money.ZERO;
            case STRICT, EXPECTED -> price.of(inputTokens(facts, price), outputTokens(facts, price));
        };
    }

    static long inputTokens(RequestFacts facts, PriceBound price) {
        return Math.min(facts.inputBound(), price.contextWindow());
    }

    private static long outputTokens(RequestFacts facts, PriceBound price) {
        Long wanted = facts.maxOutput();
        long each = wanted == null ? price.maxOutput() : Math.min(wanted, price.maxOutput());
        return each * facts.answers();
    }
}
