package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Priced.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What holds for every model; a failure names its seed, and {@code -Dseed=…} repeats it. */
class PricePropertiesTest {

    private static final List<String> PROVIDERS = List.of(
            "openai",
            "anthropic",
            "gemini",
            "azure",
            "bedrock",
            "mistral",
            "groq",
            "deepseek",
            "xai",
            "together",
            "stub");

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private record Sample(String provider, String model, Instant at) {

        Charge charge(Map<TokenKind, Long> tokens) {
            return CATALOGUE.charge(provider, model, null, new Usage(Usage.Status.EXACT, tokens, Map.of(), null), at);
        }

        Optional<PriceBound> bound() {
            return CATALOGUE.bound(provider, model, at);
        }
    }

    @Test
    void linesAddUpAndNoKindIsLostAndTheBoundHolds() {
        int priced = 0;
        for (int i = 0; i < 5_000; i++) {
            Sample sample = sample();
            Map<TokenKind, Long> tokens = tokens(1 + random.nextInt(300_000));
            Charge charge = sample.charge(tokens);
            Money total = charge.total();
            if (total == null) {
                continue;
            }
            priced++;
            assertThat(charge.lines().stream().map(ChargeLine::amount).reduce(Money.ZERO, Money::plus))
                    .as("%s, seed %d", sample, seed)
                    .isEqualTo(total);
            assertThat(charge.lines().stream().map(ChargeLine::kind).collect(Collectors.toSet()))
                    .as("%s, seed %d", sample, seed)
                    .isEqualTo(tokens.keySet().stream().map(TokenKind::wireName).collect(Collectors.toSet()));
            assertThat(sample.bound())
                    .as("%s with %s costs %s, seed %d", sample, tokens, total, seed)
                    .hasValueSatisfying(bound ->
                            assertThat(total).isLessThanOrEqualTo(bound.of(sum(tokens, true), sum(tokens, false))));
        }
        assertThat(priced).as("seed %d", seed).isGreaterThan(1_000);
    }

    /** Below the thresholds of long context, and at a scale where nothing is rounded. */
    @Test
    void twoCallsCostTogetherWhatOneOfBothWouldCost() {
        for (int i = 0; i < 2_000; i++) {
            Sample sample = sample();
            Map<TokenKind, Long> one = tokens(4_000);
            Map<TokenKind, Long> other = tokens(4_000);
            Map<TokenKind, Long> both = new EnumMap<>(one);
            other.forEach((kind, count) -> both.merge(kind, count, Long::sum));
            Money first = sample.charge(one).total();
            Money second = sample.charge(other).total();
            if (first == null || second == null) {
                continue;
            }
            assertThat(sample.charge(both).total())
                    .as("%s, %s and %s, seed %d", sample, one, other, seed)
                    .isEqualTo(first.plus(second));
        }
    }

    @Test
    void chargesAgreeWithThePriceListsOwnArithmetic() {
        JsonNode rows = PriceList.read("/pricing/oracle.json").get("rows");
        assertThat(rows.size()).isGreaterThan(500);
        for (JsonNode row : rows) {
            Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
            for (TokenKind kind : TokenKind.values()) {
                tokens.put(kind, row.path("tokens").path(kind.wireName()).asLong(0));
            }
            Map<String, BigDecimal> units = new HashMap<>();
            row.path("units").propertyStream().forEach(unit -> units.put(unit.getKey(), number(unit.getValue())));
            Charge charge = CATALOGUE.charge(
                    row.get("provider").asString(),
                    row.get("model").asString(),
                    null,
                    new Usage(Usage.Status.EXACT, tokens, units, null),
                    Instant.parse(row.get("at").asString()));
            Money total = charge.total();
            if (total == null || row.get("total").isNull()) {
                assertThat(total == null && row.get("total").isNull())
                        .as("unpriced here and there: %s", row)
                        .isTrue();
                continue;
            }
            assertThat(total.amount())
                    .as("theirs is a binary floating point number: %s", row)
                    .isCloseTo(number(row.get("total")), within(new BigDecimal("0.00000000001")));
        }
    }

    private static BigDecimal number(JsonNode node) {
        return new BigDecimal(node.asString());
    }

    private Sample sample() {
        String provider = PROVIDERS.get(random.nextInt(PROVIDERS.size()));
        List<String> models = CATALOGUE.models(provider);
        return new Sample(
                provider,
                models.get(random.nextInt(models.size())),
                Instant.parse("2025-06-01T00:00:00Z").plusSeconds(random.nextInt(50_000_000)));
    }

    /** At least one kind: using nothing costs nothing, whatever the price. */
    private Map<TokenKind, Long> tokens(int bound) {
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        Set<TokenKind> dear = Set.of(TokenKind.INPUT_AUDIO, TokenKind.OUTPUT_AUDIO);
        for (TokenKind kind : TokenKind.values()) {
            if (random.nextInt(dear.contains(kind) ? 8 : 2) == 0) {
                tokens.put(kind, 1L + random.nextInt(bound));
            }
        }
        return tokens.isEmpty() ? Map.of(TokenKind.OUTPUT, 1L + random.nextInt(bound)) : tokens;
    }

    private static long sum(Map<TokenKind, Long> tokens, boolean input) {
        return tokens.entrySet().stream()
                .filter(entry -> entry.getKey().isInput() == input)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
