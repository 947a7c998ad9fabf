package ai.costauditor.ledger.pricing;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A price that may rise for the whole request when its input is long.
 *
 * @param per how many units the price is for
 * @param least the quantity that is billed at least, if any was used
 */
record Rate(
        BigDecimal base,
        List<Step> steps,
        BigDecimal per,
        @Nullable BigDecimal least) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** @param above input tokens of the request; with one more, this price holds */
    record Step(long above, BigDecimal price) {}

    /** @param inputTokens all input of the request, cached input too */
    BigDecimal at(long inputTokens) {
        BigDecimal price = base;
        for (Step step : steps) {
            if (inputTokens > step.above) {
                price = step.price;
            }
        }
        return price;
    }

    /** The highest price of a request whose input is not known yet, but is no more than this. */
    BigDecimal highestUpTo(long inputTokens) {
        BigDecimal highest = base;
        for (Step step : steps) {
            if (inputTokens > step.above) {
                highest = highest.max(step.price);
            }
        }
        return highest;
    }

    BigDecimal billed(BigDecimal quantity) {
        return least == null ? quantity : quantity.max(least);
    }

    PriceBound.UnitPrice highest() {
        return new PriceBound.UnitPrice(highestUpTo(Long.MAX_VALUE), per, least);
    }

    Rate times(BigDecimal factor) {
        return new Rate(
                base.multiply(factor),
                steps.stream()
                        .map(step -> new Step(step.above, step.price.multiply(factor)))
                        .toList(),
                per,
                least);
    }

    /** As people write it: without zeros at the end, and never with an exponent. */
    static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    static Rate ofTokens(JsonNode node) {
        return of(node, MILLION);
    }

    static Rate ofUnits(JsonNode node) {
        return of(node, decimal(node.get("per")));
    }

    private static Rate of(JsonNode node, BigDecimal per) {
        List<Step> steps = node.path("tiers")
                .valueStream()
                .map(step -> new Step(step.get("above").asLong(), decimal(step.get("price"))))
                .toList();
        return new Rate(decimal(node.get("price")), steps, per, node.has("least") ? decimal(node.get("least")) : null);
    }

    private static BigDecimal decimal(JsonNode text) {
        return new BigDecimal(text.asString());
    }
}
