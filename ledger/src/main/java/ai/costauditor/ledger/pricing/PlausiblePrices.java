package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.RuleViolated.Code.INVALID;

import ai.costauditor.ledger.RuleViolated;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Catches slips of units where a price is entered: a price per token is a million times smaller than one per million tokens,
 * and a price per thousand is a thousand times smaller. Compared is with the shipped catalogue, where it knows the model.
 */
public final class PlausiblePrices {

    /** Smaller than any unit that is mistaken for another, and greater than any discount that was ever given. */
    private static final BigDecimal MUCH = BigDecimal.valueOf(100);

    /** Of a million tokens; the shipped catalogue's lie between 0.002 and 600. */
    private static final BigDecimal LEAST = new BigDecimal("0.001");

    private static final BigDecimal MOST = new BigDecimal("1500");
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** Text, digits and fixed repetitions: matched in one pass. */
    private static final Pattern PLAIN_EXPRESSION =
            Pattern.compile("\\^?(?:[A-Za-z0-9/:_@ -]|\\\\[.d/-]|\\{\\d{1,2}})*\\$?");

    /** @param field as in {@code prices.input.price} */
    public record Slip(String field, String message) {}

    private final DatedPriceCatalogue shipped;
    private final Set<String> knownExpressions = new HashSet<>();

    PlausiblePrices(DatedPriceCatalogue shipped) {
        this.shipped = shipped;
        shipped.lists().forEach(list -> list.expressions().forEach(knownExpressions::add));
    }

    void requireNoSlip(PriceRule rule) {
        slip(rule).ifPresent(slip -> {
            throw new RuleViolated(INVALID, slip.field() + ": " + slip.message());
        });
    }

    /** The first price that looks like one in another unit. */
    public Optional<Slip> slip(PriceRule rule) {
        if (!rule.kind().isFixed()) {
            return Optional.empty();
        }
        Rates listed = PriceRule.ANY.equals(rule.provider())
                ? null
                : shipped.resolve(rule.provider(), rule.model(), tier(rule), rule.from())
                        .map(DatedPriceCatalogue.Found::rates)
                        .orElse(null);
        for (Map.Entry<String, PriceRule.UnitPrice> entry : rule.prices().entrySet()) {
            String message = slip(entry.getKey(), entry.getValue(), listed);
            if (message != null) {
                return Optional.of(
                        new Slip("prices." + entry.getKey() + ".price", message + "; if it is meant so, confirm it"));
            }
        }
        return Optional.empty();
    }

    private static @Nullable String tier(PriceRule rule) {
        return PriceRule.ANY.equals(rule.tier()) ? null : rule.tier();
    }

    private static @Nullable String slip(String kind, PriceRule.UnitPrice entered, @Nullable Rates listed) {
        boolean isToken = Rates.isTokenKind(kind);
        Rate known = listed == null
                ? null
                : isToken ? listed.of(Rates.kind(kind)) : listed.units().get(kind);
        if (entered.price().signum() == 0) {
            return known != null && known.base().signum() == 0 ? null : "zero makes it free";
        }
        BigDecimal price = entered.price().multiply(MILLION).divide(entered.per(), MathContext.DECIMAL64);
        if (known != null && known.base().signum() > 0) {
            BigDecimal usual = known.base().multiply(MILLION).divide(known.per(), MathContext.DECIMAL64);
            return compare(price, usual, text(known.base()) + " per " + text(known.per()));
        }
        if (isToken && (price.compareTo(LEAST) < 0 || price.compareTo(MOST) > 0)) {
            return "that is " + text(price) + " per 1000000 tokens, which no model costs; is the unit right?";
        }
        return null;
    }

    private static @Nullable String compare(BigDecimal price, BigDecimal usual, String listed) {
        if (price.compareTo(usual.multiply(MUCH)) >= 0) {
            return "that is " + text(price.divide(usual, new MathContext(3))) + " times the list price (" + listed
                    + "); is the unit right?";
        }
        if (price.multiply(MUCH).compareTo(usual) <= 0) {
            return "the list price (" + listed + ") is " + text(usual.divide(price, new MathContext(3)))
                    + " times that; is the unit right?";
        }
        return null;
    }

    private static String text(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    boolean isShipped(String version) {
        return shipped.lists().stream().anyMatch(list -> list.version().equals(version));
    }

    /** A pattern runs beside the calls of all organisations, so one that could run for long is not taken. */
    PriceList requireReadable(JsonNode document, Instant from) {
        PriceList list;
        try {
            list = PriceList.of(document, from);
        } catch (RuntimeException e) {
            throw new RuleViolated(INVALID, "that is no price list: " + e.getMessage());
        }
        list.expressions()
                .filter(expression -> !knownExpressions.contains(expression)
                        && !PLAIN_EXPRESSION.matcher(expression).matches())
                .findFirst()
                .ifPresent(expression -> {
                    throw new RuleViolated(INVALID, "the list has a pattern that is not plain: " + expression);
                });
        if (!list.currency().equals("USD")) {
            throw new RuleViolated(INVALID, "the list is not in USD, as the catalogue is");
        }
        return list;
    }
}
