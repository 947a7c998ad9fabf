package ai.costauditor.gateway.wire;

import static ai.costauditor.ledger.usage.TokenKind.CACHE_WRITE_1H;
import static ai.costauditor.ledger.usage.TokenKind.CACHE_WRITE_5M;
import static ai.costauditor.ledger.usage.TokenKind.INPUT;
import static ai.costauditor.ledger.usage.TokenKind.INPUT_AUDIO;
import static ai.costauditor.ledger.usage.TokenKind.INPUT_CACHED;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT_AUDIO;
import static ai.costauditor.ledger.usage.TokenKind.OUTPUT_REASONING;
import static ai.costauditor.ledger.usage.Usage.Status.ESTIMATED;
import static ai.costauditor.ledger.usage.Usage.Status.EXACT;
import static ai.costauditor.ledger.usage.Usage.Status.INVALID;
import static ai.costauditor.ledger.usage.Usage.Status.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers as providers write them, in kinds that never overlap. The numbers in the names are those of the accounting cases. */
class UsagesTest {

    private static Usage openAi(String block) {
        return Usages.openAi(Json.parse(block));
    }

    private static Usage anthropic(String block) {
        return Usages.anthropic(Json.parse(block), EXACT, block);
    }

    @Test
    void promptAndCompletionIncludeWhatTheirDetailsName() {
        assertThat(openAi("""
                        {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
                         "prompt_tokens_details":{"cached_tokens":60,"audio_tokens":10},
                         "completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":5,
                           "accepted_prediction_tokens":1,"rejected_prediction_tokens":2}}""").tokens())
                .isEqualTo(Map.of(
                        INPUT,
                        30L,
                        INPUT_CACHED,
                        60L,
                        INPUT_AUDIO,
                        10L,
                        OUTPUT,
                        25L,
                        OUTPUT_REASONING,
                        20L,
                        OUTPUT_AUDIO,
                        5L));
    }

    @Test
    void aBlockThatNamesNoCountTellsNothing() {
        assertThat(openAi("{\"prompt_tokens\":null,\"completion_tokens\":null,\"queue_time\":0.1}")
                        .status())
                .isEqualTo(UNKNOWN);
        assertThat(openAi("null").status()).isEqualTo(UNKNOWN);
    }

    @Test
    void whatWasToldOnTheWayIsTheLeastOfAnEstimate() {
        Usage told = openAi("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}");
        assertThat(Usages.unfinished(told, 4).status()).isEqualTo(ESTIMATED);
        assertThat(Usages.unfinished(told, 4).tokens()).isEqualTo(Map.of(INPUT, 10L, OUTPUT, 5L));
        assertThat(Usages.unfinished(told, 400).tokens()).isEqualTo(Map.of(INPUT, 10L, OUTPUT, 101L));
    }

    @Test
    void case4aBlockOfZerosIsAFact() {
        Usage usage = openAi("{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}");
        assertThat(usage.status()).isEqualTo(EXACT);
        assertThat(usage.tokens()).isEmpty();
    }

    @Test
    void case9CacheWritesAreTakenApartAndTheRestOfASumLivesFiveMinutes() {
        assertThat(anthropic("""
                        {"input_tokens":10,"cache_creation_input_tokens":100,"cache_read_input_tokens":7,"output_tokens":3,
                         "cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":70}}""").tokens())
                .isEqualTo(Map.of(INPUT, 10L, INPUT_CACHED, 7L, CACHE_WRITE_5M, 30L, CACHE_WRITE_1H, 70L, OUTPUT, 3L));
        assertThat(anthropic("{\"input_tokens\":1,\"cache_creation_input_tokens\":100,\"output_tokens\":3}")
                        .tokens())
                .containsEntry(CACHE_WRITE_5M, 100L)
                .doesNotContainKey(CACHE_WRITE_1H);
    }

    @Test
    void case10ResponsesHaveOtherNamesAndNewModelsReportCacheWrites() {
        assertThat(openAi("""
                        {"input_tokens":1000,"input_tokens_details":{"cached_tokens":200,"cache_write_tokens":300},
                         "output_tokens":80,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":1080}""").tokens())
                .isEqualTo(Map.of(
                        INPUT, 500L, INPUT_CACHED, 200L, CACHE_WRITE_5M, 300L, OUTPUT, 16L, OUTPUT_REASONING, 64L));
    }

    @Test
    void case11And35ReasoningThatOnlyTheTotalShowsStandsOutsideOfTheCompletion() {
        assertThat(openAi("{\"prompt_tokens\":35,\"completion_tokens\":12,\"total_tokens\":109}")
                        .tokens())
                .isEqualTo(Map.of(INPUT, 35L, OUTPUT, 12L, OUTPUT_REASONING, 62L));
        assertThat(openAi("""
                        {"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,
                         "completion_tokens_details":{"reasoning_tokens":20}}""").tokens()).isEqualTo(Map.of(INPUT, 10L, OUTPUT, 5L, OUTPUT_REASONING, 20L));
    }

    @Test
    void case38CacheReadsAndWritesMayOverlap() {
        Usage usage = openAi("""
                {"prompt_tokens":2168,"completion_tokens":4,"total_tokens":2172,
                 "prompt_tokens_details":{"cached_tokens":2161,"cache_write_tokens":2161}}""");
        assertThat(usage.status()).isEqualTo(EXACT);
        assertThat(usage.tokens()).isEqualTo(Map.of(INPUT, 7L, INPUT_CACHED, 2161L, CACHE_WRITE_5M, 2161L, OUTPUT, 4L));
    }

    @Test
    void case43MistralAndDeepSeekNameCachedTokensElsewhere() {
        assertThat(openAi("{\"prompt_tokens\":9,\"completion_tokens\":1,\"num_cached_tokens\":4}")
                        .tokens(INPUT_CACHED))
                .isEqualTo(4);
        assertThat(openAi("""
                        {"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":5,"prompt_cache_miss_tokens":4}""").tokens()).isEqualTo(Map.of(INPUT, 4L, INPUT_CACHED, 5L, OUTPUT, 1L));
    }

    @Test
    void audioThatWasCachedIsNotCountedTwice() {
        assertThat(openAi("""
                        {"prompt_tokens":100,"completion_tokens":1,
                         "prompt_tokens_details":{"cached_tokens":90,"audio_tokens":50}}""").tokens()).isEqualTo(Map.of(INPUT_CACHED, 90L, INPUT_AUDIO, 10L, OUTPUT, 1L));
    }

    @Test
    void numbersThatContradictEachOtherAreInvalidAndNotGuessed() {
        assertThat(openAi("{\"prompt_tokens\":-1,\"completion_tokens\":5}").status())
                .isEqualTo(INVALID);
        assertThat(openAi(
                                "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":11}}")
                        .status())
                .isEqualTo(INVALID);
        assertThat(openAi("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":12}")
                        .status())
                .isEqualTo(INVALID);
        assertThat(openAi("{\"prompt_tokens\":\"10\",\"completion_tokens\":5}").status())
                .isEqualTo(INVALID);
        assertThat(openAi("{\"prompt_tokens\":10.5,\"completion_tokens\":5}").status())
                .isEqualTo(INVALID);
        assertThat(openAi("{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":5}")
                        .status())
                .isEqualTo(INVALID);
    }

    @Test
    void theBlockIsKeptAsEvidence() {
        assertThat(openAi("{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":0.000010}")
                        .raw())
                .isEqualTo("{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":0.000010}");
    }

    @Test
    void searchesOfTheServerAreUnits() {
        assertThat(anthropic("{\"input_tokens\":1,\"output_tokens\":3,\"server_tool_use\":{\"web_search_requests\":2}}")
                        .units())
                .isEqualTo(Map.of("web_searches", BigDecimal.valueOf(2)));
    }
}
