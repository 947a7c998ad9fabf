package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Priced.A_MILLION;
import static ai.costauditor.ledger.pricing.Priced.CATALOGUE;
import static ai.costauditor.ledger.pricing.Priced.NOW;
import static ai.costauditor.ledger.pricing.Priced.call;
import static ai.costauditor.ledger.usage.TokenKind.CACHE_WRITE_1H;
import static ai.costauditor.ledger.usage.TokenKind.CACHE_WRITE_5M;
import static ai.costauditor.ledger.usage.TokenKind.INPUT;
import static ai.costauditor.ledger.usage.TokenKind.INPUT_AUDIO;
import static ai.costauditor.ledger.usage.TokenKind.INPUT_CACHED;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT_AUDIO;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT_REASONING;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatedPriceCatalogueTest {

    @Nested
    class Arithmetic {

        @Test
        void aChatIsChargedToTheLastDigit() {
            Priced chat =
                    call("openai", "gpt-4o-mini-2024-07-18").using(INPUT, 13).using(OUTPUT, 7);

            assertThat(chat.lines()).containsExactly("input 13 × 0.15 = 0.00000195", "output 7 × 0.6 = 0.0000042");
            assertThat(chat.cost()).isEqualTo("0.00000615");
        }

        @Test
        void eachKindHasItsOwnLine() {
            Priced message = call("anthropic", "claude-sonnet-4-5-20250929")
                    .using(INPUT, 100)
                    .using(INPUT_CACHED, 2_000)
                    .using(CACHE_WRITE_5M, 300)
                    .using(CACHE_WRITE_1H, 40)
                    .using(OUTPUT, 5)
                    .using("web_searches", "2");

            assertThat(message.lines())
                    .containsExactly(
                            "input 100 × 3 = 0.0003",
                            "input_cached 2000 × 0.3 = 0.0006",
                            "cache_write_5m 300 × 3.75 = 0.001125",
                            "cache_write_1h 40 × 6 = 0.00024",
                            "output 5 × 15 = 0.000075",
                            "web_searches 2 × 10 = 0.02");
            assertThat(message.cost()).isEqualTo("0.02234");
        }

        @Test
        void aLineIsRoundedOnceHalfToEven() {
            assertThat(call("groq", "whisper-large-v3")
                            .using("audio_seconds", "11.25")
                            .lines())
                    .as("0.111 × 11.25 / 3600 = 0.000346875")
                    .containsExactly("audio_seconds 11.25 × 0.111 = 0.000346875");
            assertThat(call("openai", "whisper-1")
                            .using("audio_seconds", "0.000001")
                            .cost())
                    .as("exactly 0.0000000001")
                    .isEqualTo("0.0000000001");
            assertThat(call("mistral", "voxtral-mini-2602")
                            .using("audio_seconds", "0.00000001")
                            .cost())
                    .as("0.0000000000005 is half-way between 0 and 0.000000000001: even is 0")
                    .isEqualTo("0");
            assertThat(call("mistral", "voxtral-mini-2602")
                            .using("audio_seconds", "0.00000003")
                            .cost())
                    .as("0.0000000000015 goes up to the even 0.000000000002")
                    .isEqualTo("0.000000000002");
        }

        @Test
        void theLeastBilledQuantityStandsInTheLine() {
            assertThat(call("groq", "whisper-large-v3")
                            .using("audio_seconds", "3")
                            .lines())
                    .containsExactly("audio_seconds 10 × 0.111 = 0.000308333333");
        }

        @Test
        void reasoningCostsWhatOutputCosts() {
            assertThat(call("openai", "o3").using(OUTPUT_REASONING, A_MILLION).cost())
                    .isEqualTo("8");
        }

        @Test
        void everyChargeNamesTheVersionOfItsList() {
            assertThat(call("openai", "gpt-4o").using(INPUT, 1).charge().version())
                    .matches("genai-prices-\\d+\\.\\d+\\.\\d+-r\\d+");
        }
    }

    @Nested
    class Unknown {

        @Test
        void aModelIsUnpricedAndNeverZero() {
            assertThat(call("openai", "gpt-from-the-future").using(INPUT, 1).cost())
                    .isEqualTo("unpriced");
            assertThat(CATALOGUE.bound("openai", "gpt-from-the-future", NOW)).isEmpty();
        }

        @Test
        void aProviderIsUnpriced() {
            assertThat(call("nobody", "gpt-4o").using(INPUT, 1).cost()).isEqualTo("unpriced");
        }

        @Test
        void aUnitMakesTheWholeChargeUnpriced() {
            assertThat(call("openai", "gpt-4o")
                            .using(INPUT, 1)
                            .using("unicorns", "1")
                            .cost())
                    .isEqualTo("unpriced");
        }

        @Test
        void outputOfAnEmbeddingModelIsUnpriced() {
            assertThat(call("openai", "text-embedding-3-small").using(OUTPUT, 1).cost())
                    .isEqualTo("unpriced");
        }

        @ParameterizedTest
        @ValueSource(strings = {"UNKNOWN", "INVALID"})
        void usageIsNotZeroEither(Usage.Status status) {
            Usage usage = new Usage(status, Map.of(), Map.of(), null);

            assertThat(CATALOGUE.charge("openai", "gpt-4o", null, usage, NOW).status())
                    .isEqualTo(PriceStatus.UNPRICED);
        }

        @Test
        void butZeroThatWasReportedIsZero() {
            assertThat(call("openai", "gpt-4o").cost()).isEqualTo("0");
        }

        @Test
        void andWhatIsFreeCostsZero() {
            assertThat(call("openai", "omni-moderation-latest")
                            .using(INPUT, 500)
                            .cost())
                    .isEqualTo("0");
            assertThat(call("openrouter", "google/lyria-3-pro-preview")
                            .using(INPUT, 500)
                            .cost())
                    .as("an empty entry that is not known to be free")
                    .isEqualTo("unpriced");
        }
    }

    @Nested
    class Names {

        @ParameterizedTest
        @CsvSource({
            "openai,     gpt-4o-2024-11-20,                                              2.5",
            "openai,     GPT-4O,                                                         2.5",
            "openai,     ft:gpt-4o-2024-08-06:acme::abc123,                              3.75",
            "openai,     ft:gpt-4o-mini-2024-07-18:acme::abc123,                         0.3",
            "anthropic,  claude-opus-4-1-20250805,                                       15",
            "anthropic,  claude-opus-4-20250514,                                         15",
            "gemini,     models/gemini-2.5-flash,                                        0.3",
            "gemini,     publishers/google/models/gemini-2.5-flash,                      0.3",
            "gemini,     claude-opus-4-5@20251101,                                       5",
            "azure,      gpt-4.1-mini-2025-04-14,                                        0.4",
            "bedrock,    global.anthropic.claude-sonnet-4-5-20250929-v1:0,               3",
            "bedrock,    us.anthropic.claude-sonnet-4-5-20250929-v1:0,                   3.3",
            "bedrock,    arn:aws:bedrock:us-east-1:1234:inference-profile/us.anthropic.claude-opus-5, 5.5",
            "openrouter, openai/gpt-4o-mini,                                             0.15",
            "fireworks,  accounts/fireworks/models/deepseek-v3p2,                        0.56"
        })
        void meanOnePrice(String provider, String model, String inputPerMillion) {
            assertThat(call(provider, model).using(INPUT, 100).lines())
                    .singleElement()
                    .asString()
                    .contains("× " + inputPerMillion + " =");
        }

        @Test
        void ofAnAudioModelAreNotPricedByThePrefixOfTheTextModel() {
            Priced audio = call("openai", "gpt-4o-audio-preview-2025-06-03");

            assertThat(audio.using(INPUT, A_MILLION).cost()).isEqualTo("2.5");
            assertThat(audio.using(INPUT_AUDIO, A_MILLION).cost()).isEqualTo("40");
            assertThat(audio.using(OUTPUT_AUDIO, A_MILLION).cost()).isEqualTo("80");
            assertThat(audio.using(INPUT_CACHED, A_MILLION).cost())
                    .as("the text model's discount for cached input does not apply")
                    .isEqualTo("2.5");
        }

        @Test
        void audioInATextModelIsUnpricedRatherThanCheap() {
            assertThat(call("openai", "gpt-4o").using(INPUT_AUDIO, 1).cost()).isEqualTo("unpriced");
            assertThat(call("gemini", "gemini-2.5-pro")
                            .using(INPUT_AUDIO, A_MILLION)
                            .cost())
                    .as("Gemini bills it as text there, and this is a long context")
                    .isEqualTo("2.5");
        }

        @ParameterizedTest
        @ValueSource(strings = {"gpt-4o-audio", "gpt-4ox", "ft:gpt-4o", "o", "", "gpt-4o-2024"})
        void thatOnlyLookAlikeAreUnpriced(String model) {
            assertThat(call("openai", model).using(INPUT, 1).cost()).isEqualTo("unpriced");
        }

        @Test
        void ofTheStubHaveAPriceUnderEachProviderItStandsInFor() {
            assertThat(call("stub", "stub-chat")
                            .using(INPUT, A_MILLION)
                            .using(OUTPUT, A_MILLION)
                            .cost())
                    .isEqualTo("3");
            assertThat(call("anthropic", "stub-message").using(INPUT, A_MILLION).cost())
                    .isEqualTo("1");
            assertThat(call("openai", "stub-embedding").using(INPUT, A_MILLION).cost())
                    .isEqualTo("0.1");
        }

        @Test
        void inTheListOfModelsCanAllBeAskedFor() {
            for (String provider : List.of("openai", "anthropic", "gemini", "bedrock", "groq", "stub")) {
                assertThat(CATALOGUE.models(provider)).isNotEmpty().allSatisfy(model -> assertThat(model)
                        .doesNotEndWith("-")
                        .doesNotContain("regional."));
            }
            assertThat(CATALOGUE.models("openai")).contains("gpt-4o", "text-embedding-3-small");
            assertThat(CATALOGUE.models("nobody")).isEmpty();
        }
    }

    @Nested
    class Time {

        @Test
        void aPriceChangeIsNeverRetroactive() {
            Priced sol = call("openai", "gpt-5.6-sol").using(OUTPUT, A_MILLION);

            assertThat(sol.at("2026-08-20T23:59:59.999Z").cost()).isEqualTo("30");
            assertThat(sol.at("2026-08-21T00:00:00Z").cost()).isEqualTo("20");
        }

        @Test
        void discountedHoursApplyByTheClockInUtc() {
            Priced chat = call("deepseek", "deepseek-chat").using(INPUT, A_MILLION);

            assertThat(chat.at("2026-11-20T00:29:59Z").cost()).isEqualTo("0.135");
            assertThat(chat.at("2026-11-20T00:30:00Z").cost()).isEqualTo("0.27");
            assertThat(chat.at("2026-11-20T16:29:59Z").cost()).isEqualTo("0.27");
            assertThat(chat.at("2026-11-20T16:30:00Z").cost()).isEqualTo("0.135");
        }

        @Test
        void aCallHasTheListOfItsTime() {
            DatedPriceCatalogue catalogue = new DatedPriceCatalogue(
                    List.of(PriceList.load("/pricing/autumn.json"), PriceList.load("/pricing/spring.json")));

            assertThat(List.of("2025-12-31T00:00:00Z", "2026-08-31T23:59:59Z", "2026-09-01T00:00:00Z"))
                    .extracting(at -> catalogue
                            .charge("acme", "poet", null, used(), Instant.parse(at))
                            .version())
                    .containsExactly("spring", "spring", "autumn");
        }

        @Test
        void aListsRulesCanExclude() {
            DatedPriceCatalogue catalogue = new DatedPriceCatalogue(List.of(PriceList.load("/pricing/autumn.json")));

            assertThat(catalogue
                            .charge("acme", "critic-loud", null, used(), NOW)
                            .status())
                    .isEqualTo(PriceStatus.UNPRICED);
            assertThat(catalogue.models("acme")).containsExactly("poet", "critic");
        }

        private static Usage used() {
            return new Usage(Usage.Status.EXACT, Map.of(INPUT, 1L), Map.of(), null);
        }
    }

    @Nested
    class LongContext {

        @Test
        void beyondTheThresholdTheWholeRequestIsDearerAndCachedInputCounts() {
            Priced pro = call("gemini", "gemini-2.5-pro");

            assertThat(pro.using(INPUT, 200_000).using(OUTPUT, 10).lines())
                    .containsExactly("input 200000 × 1.25 = 0.25", "output 10 × 10 = 0.0001");
            assertThat(pro.using(INPUT, 1)
                            .using(INPUT_CACHED, 200_000)
                            .using(OUTPUT, 10)
                            .lines())
                    .containsExactly(
                            "input 1 × 2.5 = 0.0000025",
                            "input_cached 200000 × 0.25 = 0.05",
                            "output 10 × 15 = 0.00015");
        }
    }

    @Nested
    class Caches {

        @Test
        void writesForAnHourCostTwiceTheInputWhereTheListDoesNotSay() {
            Priced vertex = call("gemini", "claude-sonnet-4-6");

            assertThat(vertex.using(CACHE_WRITE_1H, A_MILLION).cost()).isEqualTo("6");
            assertThat(call("bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0")
                            .using(CACHE_WRITE_1H, A_MILLION)
                            .cost())
                    .isEqualTo("2.2");
        }

        @Test
        void readsWithoutARateCostWhatInputCosts() {
            assertThat(call("openai", "gpt-5-pro")
                            .using(INPUT_CACHED, A_MILLION)
                            .cost())
                    .isEqualTo("15");
        }
    }

    @Nested
    class ServiceTier {

        @ParameterizedTest
        @ValueSource(strings = {"default", "standard", "auto", "ON_DEMAND", "on_demand", ""})
        void standardHasManyNames(String tier) {
            assertThat(call("openai", "gpt-4o")
                            .served(tier)
                            .using(INPUT, A_MILLION)
                            .cost())
                    .isEqualTo("2.5");
        }

        @ParameterizedTest
        @CsvSource({
            "openai,    gpt-5.4,          flex,               input,        0.00125",
            "openai,    gpt-5.4,          flex,               input_cached, 0.00013",
            "openai,    gpt-5.4,          priority,           output,       0.03",
            "openai,    o3,               batch,              input_cached, 0.0005",
            "anthropic, claude-opus-4-8,  fast,               output,       0.05",
            "anthropic, claude-opus-4-8,  batch,              input,        0.0025",
            "anthropic, claude-opus-4-8,  us,                 input,        0.0055",
            "anthropic, claude-opus-4-8,  us+fast,            output,       0.055",
            "anthropic, claude-opus-4-8,  standard+global,    input,        0.005",
            "gemini,    gemini-3.5-flash, ON_DEMAND_FLEX,     output,       0.0045",
            "groq,      openai/gpt-oss-20b, flex,             input,        0.000075"
        })
        void asServedDecides(String provider, String model, String tier, String kind, String ofAThousand) {
            Priced call = call(provider, model)
                    .served(tier)
                    .using(
                            ai.costauditor.ledger.usage.TokenKind.valueOf(kind.toUpperCase(java.util.Locale.ROOT)),
                            1000);

            assertThat(call.cost()).isEqualTo(ofAThousand);
        }

        @ParameterizedTest
        @CsvSource({
            "text-embedding-3-small, 2026-11-26T23:59:59Z, unpriced",
            "text-embedding-3-small, 2026-11-27T00:00:00Z, 0.00001",
            "text-embedding-3-large, 2026-11-27T00:00:00Z, 0.000065",
            "text-embedding-ada-002, 2026-11-27T00:00:00Z, unpriced"
        })
        void embeddingsInABatchHaveOurOwnRateFromTheDayOfItsSource(String model, String at, String ofAThousand) {
            assertThat(call("openai", model)
                            .at(at)
                            .served("batch")
                            .using(INPUT, 1000)
                            .cost())
                    .isEqualTo(ofAThousand);
        }

        @Test
        void leavesTheFeesOfToolsAlone() {
            assertThat(call("anthropic", "claude-opus-4-8")
                            .served("batch")
                            .using("web_searches", "1")
                            .cost())
                    .isEqualTo("0.01");
        }

        @ParameterizedTest
        @CsvSource({
            "openai,    gpt-4o,          scale",
            "openai,    gpt-4o,          flex",
            "anthropic, claude-opus-4-8, priority",
            "azure,     gpt-4o,          priority",
            "gemini,    gemini-3.5-flash, PROVISIONED_THROUGHPUT",
            "openai,    gpt-4o,          a-tier-of-tomorrow"
        })
        void thatNobodyHasAPriceForIsUnpriced(String provider, String model, String tier) {
            assertThat(call(provider, model).served(tier).using(INPUT, 1).cost())
                    .isEqualTo("unpriced");
        }
    }
}
