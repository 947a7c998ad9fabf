package ai.costauditor.ledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DatedPriceCatalogueTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final DatedPriceCatalogue catalogue = DatedPriceCatalogue.shipped();

    @Test
    void aChatIsChargedToTheLastDigit() {
        Charge charge = charge("openai", "gpt-4o-mini-2024-07-18", Map.of(TokenKind.INPUT, 13L, TokenKind.OUTPUT, 7L));

        assertThat(charge.total()).hasToString("0.00000615");
        assertThat(charge.lines()).extracting(ChargeLine::kind).containsExactly("input", "output");
        assertThat(charge.version()).startsWith("genai-prices-");
    }

    @Test
    void cachedInputHasItsOwnLine() {
        Charge charge = charge("openai", "gpt-4o", Map.of(TokenKind.INPUT, 1000L, TokenKind.INPUT_CACHED, 1000L));

        assertThat(charge.total()).hasToString("0.00375");
    }

    @Test
    void cacheWritesAtFiveMinutesAndOneHourArePricedApart() {
        Charge charge = charge(
                "anthropic",
                "claude-opus-4-1-20250805",
                Map.of(TokenKind.CACHE_WRITE_5M, 1_000_000L, TokenKind.CACHE_WRITE_1H, 1_000_000L));

        assertThat(charge.lines()).extracting(line -> line.amount().toString()).containsExactly("18.75", "30");
    }

    @Test
    void anUnknownModelIsUnpricedAndNeverZero() {
        Charge charge = charge("openai", "gpt-from-the-future", Map.of(TokenKind.INPUT, 1L));

        assertThat(charge.status()).isEqualTo(PriceStatus.UNPRICED);
        assertThat(charge.total()).isNull();
        assertThat(catalogue.bound("openai", "gpt-from-the-future", NOW)).isEmpty();
    }

    @Test
    void aUnitWithoutAPriceMakesTheWholeChargeUnpriced() {
        Usage usage =
                new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, 1L), Map.of("unicorns", BigDecimal.ONE), null);

        assertThat(catalogue.charge("openai", "gpt-4o", null, usage, NOW).status())
                .isEqualTo(PriceStatus.UNPRICED);
    }

    @Test
    void aPrefixDoesNotPriceTheAudioModelAsTheTextModel() {
        assertThat(rate("openai", "gpt-audio", TokenKind.INPUT_AUDIO)).isEqualByComparingTo("32");
        assertThat(charge("openai", "gpt-4o-audio-preview", Map.of(TokenKind.INPUT_CACHED, 1_000_000L))
                        .total())
                .as("the text model's cached rate does not apply")
                .hasToString("2.5");
    }

    @Test
    void geminisOwnPrefixMeansTheSameModel() {
        assertThat(rate("gemini", "models/gemini-2.5-flash", TokenKind.INPUT))
                .isEqualByComparingTo(rate("gemini", "gemini-2.5-flash", TokenKind.INPUT));
    }

    @Test
    void crossingTheLongContextThresholdRepricesTheWholeRequestAndCachedInputCounts() {
        Charge below = charge("gemini", "gemini-2.5-pro", Map.of(TokenKind.INPUT, 200_000L));
        Charge above =
                charge("gemini", "gemini-2.5-pro", Map.of(TokenKind.INPUT, 199_999L, TokenKind.INPUT_CACHED, 2L));

        assertThat(below.lines().getFirst().unitPrice()).isEqualByComparingTo("1.25");
        assertThat(above.lines().getFirst().unitPrice()).isEqualByComparingTo("2.5");
    }

    @Test
    void aPriceChangeIsNeverRetroactive() {
        Usage usage = usage(Map.of(TokenKind.INPUT, 1_000_000L));

        assertThat(catalogue
                        .charge("anthropic", "claude-opus-4-6", null, usage, Instant.parse("2026-03-12T23:59:59Z"))
                        .total())
                .hasToString("10");
        assertThat(catalogue
                        .charge("anthropic", "claude-opus-4-6", null, usage, Instant.parse("2026-03-13T00:00:00Z"))
                        .total())
                .hasToString("5");
    }

    @Test
    void discountedHoursApplyByTheClockInUtc() {
        Usage usage = usage(Map.of(TokenKind.INPUT, 1_000_000L));

        assertThat(catalogue
                        .charge("deepseek", "deepseek-chat", null, usage, Instant.parse("2026-11-20T16:29:59Z"))
                        .total())
                .hasToString("0.27");
        assertThat(catalogue
                        .charge("deepseek", "deepseek-chat", null, usage, Instant.parse("2026-11-20T16:30:00Z"))
                        .total())
                .hasToString("0.135");
    }

    @Test
    void theBoundOfACallIsNeverBelowItsCharge() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> providers = List.of("openai", "anthropic", "gemini", "groq", "mistral", "stub");
        for (int i = 0; i < 3_000; i++) {
            String provider = providers.get(random.nextInt(providers.size()));
            List<String> models = catalogue.models(provider);
            String model = models.get(random.nextInt(models.size()));
            var bound = catalogue.bound(provider, model, NOW);
            Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
            for (TokenKind kind : TokenKind.values()) {
                tokens.put(kind, (long) random.nextInt(100_000));
            }
            Charge charge = charge(provider, model, tokens);
            Money total = charge.total();
            if (total == null || bound.isEmpty()) {
                continue;
            }
            long input = tokens.entrySet().stream()
                    .filter(e -> e.getKey().isInput())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            long output = tokens.entrySet().stream()
                    .filter(e -> !e.getKey().isInput())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            assertThat(total)
                    .as("%s/%s, seed %d", provider, model, seed)
                    .isLessThanOrEqualTo(bound.get().of(input, output));
            assertThat(charge.lines().stream().map(ChargeLine::amount).reduce(Money.ZERO, Money::plus))
                    .as("lines and total, seed %d", seed)
                    .isEqualTo(total);
            assertThat(charge.lines()).as("no kind is lost, seed %d", seed).hasSize((int)
                    tokens.values().stream().filter(n -> n > 0).count());
        }
    }

    @Test
    void chargesAgreeWithThePriceListsOwnArithmetic() {
        JsonNode oracle = PriceList.read("/pricing/oracle.json");
        Instant at = Instant.parse(oracle.get("at").asString());
        assertThat(oracle.get("rows").size()).isGreaterThan(300);
        for (JsonNode row : oracle.get("rows")) {
            Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
            for (TokenKind kind : TokenKind.values()) {
                tokens.put(kind, row.get("tokens").path(kind.wireName()).asLong(0));
            }
            Charge charge = catalogue.charge(
                    row.get("provider").asString(), row.get("model").asString(), null, usage(tokens), at);
            BigDecimal theirs = new BigDecimal(row.get("total").asString());
            Money total = charge.total();
            if (total == null) {
                assertThat(theirs.signum())
                        .as("unpriced here, so nothing there: %s", row)
                        .isZero();
                continue;
            }
            assertThat(total.amount())
                    .as("theirs is a binary floating point number: %s", row)
                    .isCloseTo(theirs, within(new BigDecimal("0.00000000001")));
        }
    }

    private BigDecimal rate(String provider, String model, TokenKind kind) {
        return charge(provider, model, Map.of(kind, 1L)).lines().getFirst().unitPrice();
    }

    private Charge charge(String provider, String model, Map<TokenKind, Long> tokens) {
        return catalogue.charge(provider, model, null, usage(tokens), NOW);
    }

    private static Usage usage(Map<TokenKind, Long> tokens) {
        return new Usage(Usage.Status.EXACT, tokens, Map.of(), null);
    }
}
