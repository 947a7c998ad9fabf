package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Priced.CATALOGUE;
import static ai.costauditor.ledger.pricing.Priced.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceBoundTest {

    @Test
    void inputIsBoundAtTheDearestRateThatCanApply() {
        assertThat(bound("anthropic", "claude-sonnet-4-6").inputPerMillion())
                .as("a cache write for an hour")
                .isEqualByComparingTo("6");
        assertThat(bound("openai", "gpt-4o").inputPerMillion()).isEqualByComparingTo("2.5");
    }

    @Test
    void theLongContextRateCountsOnlyForInputThatCanReachIt() {
        PriceBound pro = bound("gemini", "gemini-2.5-pro");

        assertThat(pro.of(200_000, 1_000)).hasToString("0.26");
        assertThat(pro.of(200_001, 1_000)).hasToString("0.5150025");
        assertThat(pro.inputPerMillion()).isEqualByComparingTo("2.5");
        assertThat(pro.outputPerMillion()).isEqualByComparingTo("15");
    }

    @Test
    void itIsRoundedUp() {
        PriceBound luna =
                CATALOGUE.bound("openai", "gpt-5.6-luna", "us-west", NOW).orElse(null);
        assertThat(luna).as("a tier without a price has no bound").isNull();
        assertThat(bound("deepseek", "deepseek-v4-flash").of(1, 0)).hasToString("0.00000022");
        assertThat(bound("gemini", "gemini-2.0-flash-lite").of(1, 1)).hasToString("0.000000375");
    }

    @Test
    void theDearestTierThatIsAskedForCounts() {
        assertThat(CATALOGUE
                        .bound("openai", "gpt-5.5", "priority", NOW)
                        .orElseThrow()
                        .of(1_000_000, 0))
                .hasToString("12.5");
    }

    @Test
    void whatIsNotBilledByTokensIsBoundByItsUnitsAlone() {
        PriceBound whisper = bound("openai", "whisper-1");
        assertThat(whisper.pricesTokens()).isFalse();
        assertThat(whisper.of(Map.of("audio_seconds", new BigDecimal("90")))).hasToString("0.009");
        assertThat(bound("mistral", "mistral-ocr-latest").pricesTokens()).isFalse();
        assertThat(bound("openai", "dall-e-3").of(Map.of("images_hd_1024x1792", new BigDecimal("2"))))
                .hasToString("0.24");
    }

    @Test
    void feesOfToolsAreBoundBesideTheTokens() {
        PriceBound bound = bound("openai", "gpt-4o");
        assertThat(bound.pricesTokens()).isTrue();
        assertThat(bound.of(Map.of("web_searches", BigDecimal.TEN, "containers_1g", BigDecimal.ONE)))
                .hasToString("0.13");
        assertThat(bound.withFee(Money.of("0.13")).of(1_000_000, 0)).hasToString("2.63");
    }

    @Test
    void aUnitThatNobodyHasAPriceForHasNoBound() {
        Map<String, BigDecimal> pages = Map.of("pages", BigDecimal.ONE);
        assertThatThrownBy(() -> bound("openai", "gpt-4o").of(pages)).isInstanceOf(IllegalArgumentException.class);
        assertThat(bound("openai", "gpt-4o").units()).doesNotContainKey("pages");
    }

    @Test
    void aModelOfWhichOnlyTheFeesOfToolsAreKnownHasNoBound() {
        assertThat(CATALOGUE.bound("openai", "made-up-9", NOW)).isEmpty();
    }

    @Test
    void whatIsBilledAtLeastIsBoundAtLeast() {
        assertThat(bound("groq", "whisper-large-v3-turbo").of(Map.of("audio_seconds", BigDecimal.ONE)))
                .isEqualTo(bound("groq", "whisper-large-v3-turbo").of(Map.of("audio_seconds", BigDecimal.TEN)));
    }

    @ParameterizedTest
    @CsvSource({
        "openai,     gpt-4o-mini,                                   128000,   16384",
        "openai,     gpt-4.1-2025-04-14,                            1047576,  32768",
        "openai,     ft:gpt-4o-2024-08-06:acme::x,                  128000,   16384",
        "openai,     gpt-5,                                         400000,   128000",
        "openai,     gpt-5-pro,                                     400000,   272000",
        "openai,     gpt-6-sol,                                     1050000,  128000",
        "openai,     o3-2025-04-16,                                 200000,   100000",
        "openai,     text-embedding-3-small,                        300000,   0",
        "anthropic,  claude-3-haiku-20240307,                       200000,   4096",
        "anthropic,  claude-opus-4-20250514,                        200000,   32000",
        "anthropic,  claude-sonnet-4-5-20250929,                    1000000,  64000",
        "anthropic,  claude-sonnet-4-6,                             1000000,  128000",
        "anthropic,  claude-opus-5,                                 1000000,  128000",
        "bedrock,    us.anthropic.claude-opus-4-1-20250805-v1:0,    200000,   32000",
        "openrouter, anthropic/claude-opus-4.6,                     1000000,  128000",
        "openrouter, openai/gpt-4o-mini,                            128000,   16384",
        "gemini,     models/gemini-2.5-pro,                         1048576,  65536",
        "stub,       stub-chat,                                     134400,   4096"
    })
    void familiesHaveTheirLimitsWhoeverServesThem(String provider, String model, long window, long output) {
        PriceBound bound = bound(provider, model);

        assertThat(bound.contextWindow()).isEqualTo(window);
        assertThat(bound.maxOutput()).isEqualTo(output);
    }

    @Test
    void aModelOfUnknownOutputMayFillItsWindowAndTheListsRoundNumberGetsAMargin() {
        PriceBound llama = bound("groq", "llama-3.3-70b-versatile");

        assertThat(llama.maxOutput()).isEqualTo(llama.contextWindow()).isGreaterThanOrEqualTo(131_072);
    }

    private static PriceBound bound(String provider, String model) {
        return CATALOGUE.bound(provider, model, NOW).orElseThrow();
    }
}
