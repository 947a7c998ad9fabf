package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gemini's embeddings, token counts and models, and Gemini in OpenAI's shape. */
class GeminiEmbedTest {

    private static final String PREFIX = "/gemini/v1beta/models/gemini-embedding-001";
    private static final String ONE =
            "{\"model\":\"models/gemini-embedding-001\",\"content\":{\"parts\":[{\"text\":\"0123456789\"}]}}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void case3AnEmbeddingWhoseAnswerTellsNoUsageIsEstimated() throws Exception {
        String answer = "{\"embedding\":{\"values\":[" + "0.0123,".repeat(100_000) + "1]}}";
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = gateway.post(PREFIX + ":embedContent", key, ONE);
        assertThat(response.body()).isEqualTo(answer);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":3}"));
        // 3 × 0.15 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.00000045");
    }

    @Test
    void manyEmbeddingsAreOneCallAndTheirUsageCountsIfItIsThere() throws Exception {
        gateway.upstream.answerJson(
                200, "{\"embeddings\":[{\"values\":[1]},{\"values\":[2]}],\"usageMetadata\":{\"promptTokenCount\":7}}");
        gateway.post(PREFIX + ":batchEmbedContents", key, "{\"requests\":[" + ONE + "," + ONE + "]}");
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /v1beta/models/gemini-embedding-001:batchEmbedContents HTTP/1.1");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":7}"));
    }

    @Test
    void theTextOfAllRequestsIsHeldFor() throws Exception {
        gateway.upstream.answerJson(200, "{\"embeddings\":[]}");
        String large = ONE.replace("0123456789", "x".repeat(100_000));
        // 100,000 × 0.15 per million is 0.015
        assertThat(gateway.post(
                                PREFIX + ":batchEmbedContents",
                                gateway.key(hard("0.02")),
                                "{\"requests\":[" + large + "]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.post(
                                PREFIX + ":batchEmbedContents",
                                gateway.key(hard("0.02")),
                                "{\"requests\":[" + large + "," + large + "]}")
                        .statusCode())
                .isEqualTo(429);
    }

    @Test
    void case40CountingTokensIsFree() throws Exception {
        gateway.upstream.answerJson(200, "{\"totalTokens\":31}");
        HttpResponse<String> response = gateway.post(
                "/gemini/v1beta/models/gemini-2.5-pro:countTokens",
                key,
                "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}");
        assertThat(response.body()).isEqualTo("{\"totalTokens\":31}");
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0");
    }

    @Test
    void theModelsAreListedAsGoogleListsThem() throws Exception {
        JsonNode models = json(gateway.send(gateway.request("/gemini/v1beta/models?pageSize=50", key)
                                .GET())
                        .body())
                .path("models");
        assertThat(models.valueStream().map(model -> model.path("name").asString()))
                .contains("models/gemini-2.5-flash", "models/gemini-embedding-001");
        JsonNode one = json(gateway.send(gateway.request("/gemini/v1beta/models/gemini-2.5-flash", key)
                        .GET())
                .body());
        assertThat(one.path("outputTokenLimit").asLong()).isEqualTo(65_536);
        assertThat(one.path("supportedGenerationMethods").toString()).contains("\"generateContent\"");
        assertThat(json(gateway.send(gateway.request("/gemini/v1beta/models/no-such-model", key)
                                        .GET())
                                .body())
                        .at("/error/status")
                        .asString())
                .isEqualTo("NOT_FOUND");
        assertThat(gateway.send(gateway.request("/gemini/v1beta/openai/models", key)
                                .GET())
                        .body())
                .contains("\"object\":\"list\"");
    }

    @Test
    void case35InOpenAiShapeTheThoughtsShowOnlyInTheTotal() throws Exception {
        gateway.upstream.answerJson(
                200,
                Chats.answer()
                        .replace("gpt-4o-mini-2024-07-18", "gemini-2.5-flash")
                        .replace(
                                Chats.usage(),
                                "\"usage\":{\"completion_tokens\":12,\"prompt_tokens\":35,\"total_tokens\":109}"));
        gateway.post(Chats.PATH, key, Chats.question("").replace("gpt-4o-mini", "gemini-2.5-flash"));
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1beta/openai/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().headers())
                .containsEntry("authorization", "Bearer upstream-gemini")
                .doesNotContainKey("x-goog-api-key");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/request/provider").asString()).isEqualTo("gemini");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":35,\"output\":12,\"output_reasoning\":62}"));
        // 35 × 0.30 + 74 × 2.50 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.0001955");
    }

    @Test
    void theOpenAiSdkMayAlsoBePointedAtGooglesOwnPath() throws Exception {
        gateway.upstream.answerEvents(Chats.text("pong").replace("gpt-4o-mini-2024-07-18", "gemini-2.5-flash")
                + Chats.usageChunk().replace("gpt-4o-mini-2024-07-18", "gemini-2.5-flash")
                + Chats.done());
        HttpResponse<String> response = gateway.post(
                "/gemini/v1beta/openai/chat/completions",
                key,
                Chats.streamed().replace("gpt-4o-mini", "gemini-2.5-flash"));
        assertThat(response.body()).doesNotContain("usage").endsWith(Chats.done());
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1beta/openai/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().text()).contains("\"include_usage\":true");
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.000031");
    }
}
