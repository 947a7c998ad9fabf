package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Azure OpenAI: OpenAI's formats, under a deployment's name, with a key in a header of its own. */
class AzureTest {

    private static final String DEPLOYMENT = "/azure/openai/deployments/gpt-4o-mini/chat/completions";
    private static final String VERSION = "?api-version=2024-10-21";

    /** As Azure answers: filters beside the choices, the model as a snapshot. */
    private static final String ANSWER = """
            {"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"finish_reason":"stop",
              "index":0,"logprobs":null,"message":{"content":"pong","refusal":null,"role":"assistant"}}],
             "created":1750000000,"id":"chatcmpl-1","model":"gpt-4o-mini-2024-07-18","object":"chat.completion",
             "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}],
             "system_fingerprint":"fp_1","usage":{"completion_tokens":10,"completion_tokens_details":{"reasoning_tokens":0},
              "prompt_tokens":20,"prompt_tokens_details":{"cached_tokens":0},"total_tokens":30}}""";

    /** The first chunk of every stream of Azure: nothing but the verdict on the prompt. */
    private static final String PROMPT_FILTER =
            "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\","
                    + "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{}}]}\n\n";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private static String question(String more) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}],\"max_tokens\":100" + more + "}";
    }

    private JsonNode settled() {
        return gateway.end(key);
    }

    @Test
    void aDeploymentIsReachedWithAzuresKeyAndTheAnswersModelIsCharged() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        HttpResponse<String> response =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + DEPLOYMENT + VERSION))
                        .header("api-key", key.secret())
                        .POST(HttpRequest.BodyPublishers.ofString(question(""))));

        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21 HTTP/1.1");
        assertThat(gateway.upstream.last().headers())
                .containsEntry("api-key", "azure-upstream")
                .doesNotContainKeys("authorization", "x-api-key");
        assertThat(gateway.upstream.last().text()).isEqualTo(question(""));
        assertThat(settled().at("/request/provider").asString()).isEqualTo("azure");
        assertThat(settled().at("/end/modelServed").asString()).isEqualTo("gpt-4o-mini-2024-07-18");
        // 20 × 0.15 + 10 × 0.60 per million
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void aDeploymentStandsForTheModelThatTheConfigurationNames() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        gateway.post("/azure/openai/deployments/our-chat/chat/completions" + VERSION, key, question(""));
        assertThat(gateway.upstream.last().line()).contains("/openai/deployments/our-chat/chat/completions");
        assertThat(settled().at("/request/model").asString()).isEqualTo("gpt-4o-mini");
    }

    @Test
    void aDeploymentThatNobodyKnowsHasNoPriceBeforeItsAnswer() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        String path = "/azure/openai/deployments/who%20knows/chat/completions" + VERSION;
        assertThat(gateway.post(path, key, question("")).statusCode()).isEqualTo(404);
        assertThat(gateway.upstream.received()).isEmpty();

        GatewayForTests.Key free = gateway.key();
        assertThat(gateway.post(path, free, question("")).statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().line()).contains("/openai/deployments/who%20knows/chat");
        assertThat(gateway.end(free).at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void case37TheChunkOfThePromptFilterIsNotOursToHide() throws Exception {
        gateway.upstream.answerEvents(
                PROMPT_FILTER + Chats.text("pong") + Chats.finish() + Chats.usageChunk() + Chats.done());
        HttpResponse<String> response = gateway.post(DEPLOYMENT + VERSION, key, question(",\"stream\":true"));

        assertThat(gateway.upstream.last().text()).contains("\"stream_options\":{\"include_usage\":true}");
        assertThat(response.body()).isEqualTo(PROMPT_FILTER + Chats.text("pong") + Chats.finish() + Chats.done());
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @ParameterizedTest
    @CsvSource({"?api-version=2024-06-01", "?api-version=2024-08-01-preview", "''"})
    void case1AVersionThatRefusesStreamOptionsIsNotSentThem(String version) throws Exception {
        gateway.upstream.answerEvents(Chats.text("four tokens, perhaps") + Chats.finish() + Chats.done());
        gateway.post(DEPLOYMENT + version, key, question(",\"stream\":true"));
        assertThat(gateway.upstream.last().text()).isEqualTo(question(",\"stream\":true"));
        assertThat(settled().at("/usage/status").asString()).isEqualTo("estimated");
    }

    @Test
    void dataThatAzureSearchesMayFillTheWindow() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        gateway.post(DEPLOYMENT + VERSION, key, question(",\"data_sources\":[{\"type\":\"azure_search\"}]"));
        // 128,000 × 0.15 + 100 × 0.60 per million
        assertThat(gateway.holdOf(key)).isEqualTo("0.01926");
    }

    @ParameterizedTest
    @CsvSource({
        "/azure/openai/v1/chat/completions, gpt-4o-mini",
        "/azure/openai/v1/chat/completions?api-version=preview, gpt-4o-mini",
        "/azure/openai/v1/chat/completions, our-chat",
        "/v1/chat/completions, azure/our-chat"
    })
    void theNewerPathsNameTheDeploymentInTheBody(String path, String model) throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        gateway.post(path, key, Chats.question("").replace("gpt-4o-mini", model));
        String deployment = model.replace("azure/", "");
        assertThat(gateway.upstream.last().line()).startsWith("POST /openai/v1/chat/completions");
        assertThat(gateway.upstream.last().text()).isEqualTo(Chats.question("").replace("gpt-4o-mini", deployment));
        assertThat(settled().at("/request/model").asString()).isEqualTo("gpt-4o-mini");
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void embeddingsAndResponsesHaveTheirPathsToo() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"object\":\"list\",\"data\":[],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":1000,\"total_tokens\":1000}}");
        gateway.post(
                "/azure/openai/deployments/text-embedding-3-small/embeddings" + VERSION, key, "{\"input\":\"hello\"}");
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.00002");

        GatewayForTests.Key other = gateway.key(hard("1"));
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"resp_1\",\"model\":\"gpt-4o-mini\",\"output\":[],\"usage\":{\"input_tokens\":20,\"output_tokens\":10,\"total_tokens\":30}}");
        gateway.post(
                "/azure/openai/responses?api-version=2025-04-01-preview",
                other,
                "{\"model\":\"our-chat\",\"input\":\"hello\",\"max_output_tokens\":100}");
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /openai/responses?api-version=2025-04-01-preview HTTP/1.1");
        assertThat(gateway.end(other).at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void whatAzureKeepsIsReachedByTheDatedPathsToo() throws Exception {
        String version = "?api-version=2025-04-01-preview";
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"resp_of_azure\",\"object\":\"response\",\"status\":\"queued\",\"model\":\"gpt-4o-mini\",\"output\":[],\"usage\":null}");
        gateway.post(
                "/azure/openai/responses" + version,
                key,
                "{\"model\":\"our-chat\",\"input\":\"ping\",\"max_output_tokens\":100,\"background\":true}");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised");

        String ready =
                "{\"id\":\"resp_of_azure\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"gpt-4o-mini\","
                        + "\"output\":[],\"usage\":{\"input_tokens\":20,\"output_tokens\":10,\"total_tokens\":30}}";
        gateway.upstream.answerJson(200, ready);
        HttpResponse<String> fetched =
                gateway.send(gateway.request("/azure/openai/responses/resp_of_azure" + version, key)
                        .GET());
        assertThat(fetched.body()).isEqualTo(ready);
        assertThat(gateway.upstream.last().line())
                .isEqualTo("GET /openai/responses/resp_of_azure" + version + " HTTP/1.1");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.events(key)
                .contains("key.CallSettled"));
        assertThat(gateway.events(key, "key.CallSettled"))
                .extracting(settled -> settled.at("/charge/total").asString())
                .contains("0.000009");
    }

    @Test
    void aBudgetStopLooksLikeOpenAisAndIsOneAttempt() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        HttpResponse<String> response = gateway.post(DEPLOYMENT + VERSION, gateway.key(hard("0.00001")), question(""));
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("project_spend_limit_exceeded");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void whatIsNotMeteredIsNotForwarded() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        for (String path : new String[] {
            "gpt-4o-mini/extensions/chat/completions", "%2e%2e/chat/completions", "a%2F..%2F..%2Ffiles/chat/completions"
        }) {
            HttpResponse<String> response =
                    gateway.post("/azure/openai/deployments/" + path + VERSION, key, question(""));
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("is not metered");
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }
}
