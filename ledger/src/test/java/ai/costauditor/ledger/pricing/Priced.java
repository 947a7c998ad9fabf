package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call as a sentence: {@code call("openai", "gpt-4o").using(INPUT, 1000).isCharged()}. */
record Priced(
        String provider,
        String model,
        @Nullable String tier,
        Instant at,
        Map<TokenKind, Long> tokens,
        Map<String, BigDecimal> units) {

    static final DatedPriceCatalogue CATALOGUE = DatedPriceCatalogue.shipped();
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    static final long A_MILLION = 1_000_000;

    static Priced call(String provider, String model) {
        return new Priced(provider, model, null, NOW, Map.of(), Map.of());
    }

    Priced served(String tier) {
        return new Priced(provider, model, tier, at, tokens, units);
    }

    Priced at(String instant) {
        return new Priced(provider, model, tier, Instant.parse(instant), tokens, units);
    }

    Priced using(TokenKind kind, long count) {
        Map<TokenKind, Long> more = new HashMap<>(tokens);
        more.put(kind, count);
        return new Priced(provider, model, tier, at, more, units);
    }

    Priced using(String unit, String count) {
        Map<String, BigDecimal> more = new HashMap<>(units);
        more.put(unit, new BigDecimal(count));
        return new Priced(provider, model, tier, at, tokens, more);
    }

    Charge charge() {
        return CATALOGUE.charge(provider, model, tier, new Usage(Usage.Status.EXACT, tokens, units, null), at);
    }

    /** The total as decimal text, or {@code unpriced}. */
    String cost() {
        Charge charge = charge();
        return charge.status() == PriceStatus.UNPRICED || charge.total() == null
                ? "unpriced"
                : charge.total().toString();
    }

    List<String> lines() {
        return charge().lines().stream()
                .map(line -> line.kind() + " " + line.quantity().toPlainString() + " × "
                        + line.unitPrice().stripTrailingZeros().toPlainString() + " = " + line.amount())
                .toList();
    }
}
