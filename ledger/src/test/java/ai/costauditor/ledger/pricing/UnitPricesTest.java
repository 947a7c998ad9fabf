package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Priced.call;
import static ai.costauditor.ledger.usage.TokenKind.INPUT;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Our own data file of what is not a token; the numbers in the names are those of the accounting cases. */
class UnitPricesTest {

    @Test
    void case14ImagesAreBilledBySizeAndQualityAndSpeechByCharacters() {
        assertThat(call("openai", "dall-e-3")
                        .using("images_standard_1024x1024", "2")
                        .lines())
                .containsExactly("images_standard_1024x1024 2 × 0.04 = 0.08");
        assertThat(call("openai", "tts-1-hd").using("characters", "1000").cost())
                .isEqualTo("0.03");
        assertThat(call("openai", "whisper-1").using("audio_seconds", "60").cost())
                .isEqualTo("0.006");
        assertThat(call("cohere", "rerank-v3.5").using("rerank_searches", "3").cost())
                .isEqualTo("0.006");
    }

    @Test
    void case42FeesOfToolsStandBesideTheTokensAndTheChargeNamesBothLists() {
        Priced answer = call("openai", "gpt-4.1-nano").using(INPUT, 1_000).using("containers_1g", "1");
        assertThat(answer.cost()).isEqualTo("0.0301");
        assertThat(answer.charge().version()).isEqualTo("genai-prices-0.1.8-r2+units-1");
    }

    @Test
    void theListOfModelsCountsBeforeOurFees() {
        Priced answer = call("openai", "gpt-4o").using(OUTPUT, 1_000).using("web_searches", "2");
        assertThat(answer.cost()).isEqualTo("0.03");
        assertThat(answer.charge().version()).isEqualTo("genai-prices-0.1.8-r2");
    }

    @Test
    void thePreviewOfTheSearchCostsMoreWithModelsThatDoNotReason() {
        assertThat(call("openai", "gpt-4o").using("web_search_previews", "1").cost())
                .isEqualTo("0.025");
        assertThat(call("openai", "o4-mini").using("web_search_previews", "1").cost())
                .isEqualTo("0.01");
    }

    @Test
    void googleBillsAPromptOnceAndLaterEachQuery() {
        assertThat(call("gemini", "gemini-2.5-flash")
                        .using("grounded_prompts", "1")
                        .cost())
                .isEqualTo("0.035");
        assertThat(call("gemini", "gemini-3-flash-preview")
                        .using("web_searches", "2")
                        .cost())
                .isEqualTo("0.028");
    }

    @Test
    void case16AUnitOrASizeThatIsNotListedIsUnpricedAndNeverZero() {
        assertThat(call("openai", "dall-e-3")
                        .using("images_standard_512x512", "1")
                        .cost())
                .isEqualTo("unpriced");
        assertThat(call("openai", "gpt-4o").using("moon_landings", "1").cost()).isEqualTo("unpriced");
        assertThat(call("openai", "made-up-9").using("web_searches", "1").cost())
                .isEqualTo("unpriced");
    }

    @Test
    void everyEntryNamesItsSourceAndItsDay() {
        for (JsonNode provider : PriceList.read("/pricing/units.json").get("providers")) {
            for (String section : new String[] {"models", "fees"}) {
                for (JsonNode entry : provider.get(section)) {
                    assertThat(entry.path("source").asString(""))
                            .as(entry.toString())
                            .startsWith("https://");
                    assertThat(entry.path("as_of").asString(""))
                            .as(entry.toString())
                            .matches("20\\d\\d-\\d\\d-\\d\\d");
                }
            }
        }
    }
}
