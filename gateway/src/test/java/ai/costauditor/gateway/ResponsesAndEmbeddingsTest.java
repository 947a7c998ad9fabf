package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** OpenAI's Responses and embeddings. The numbers in the names are those of the accounting cases. */
class ResponsesAndEmbeddingsTest {

    private static final String QUESTION = "{\"model\":\"gpt-4o-mini\",\"input\":\"ping\",\"max_output_tokens\":100";
    private static final String USAGE =
            "\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":10,"
                    + "\"output_tokens_details\":{\"reasoning_tokens\":4},\"total_tokens\":30}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + rest + "}\n\n";
    }

    private static String response(String rest) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"gpt-4o-mini-2024-07-18\"," + rest + "}";
    }

    @Test
    void aStreamOfEventsIsPassedOnAndTheLastOneNamesTheUsage() throws Exception {
        String events =
                event("response.created", "\"response\":" + response("\"status\":\"in_progress\",\"usage\":null"))
                        + event("response.output_text.delta", "\"delta\":\"pong\"")
                        + event("response.completed", "\"response\":" + response("\"status\":\"completed\"," + USAGE));
        gateway.upstream.answerEvents(events);

        HttpResponse<String> answer = gateway.post("/v1/responses", key, QUESTION + ",\"stream\":true}");
        assertThat(answer.body()).isEqualTo(events);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000009");
        assertThat(settled.at("/usage/tokens/output_reasoning").asLong()).isEqualTo(4);
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("completed");
    }

    @Test
    void case22AnAnswerThatWasCutByItsLimitIsBilled() throws Exception {
        gateway.upstream.answerJson(200, response("\"status\":\"incomplete\",\"output\":[]," + USAGE));
        assertThat(gateway.post("/v1/responses", key, QUESTION + "}").headers().firstValue("x-auditor-cost"))
                .contains("0.000009");
    }

    @Test
    void case42SearchesAreFeesAndOpeningAPageIsNot() throws Exception {
        gateway.upstream.answerJson(
                200,
                response("\"output\":[{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\"}},"
                                + "{\"type\":\"web_search_call\",\"action\":{\"type\":\"open_page\"}}]," + USAGE)
                        .replace("gpt-4o-mini-2024-07-18", "gpt-4.1-mini"));
        gateway.post("/v1/responses", key, QUESTION + ",\"tools\":[{\"type\":\"web_search\"}]}");
        assertThat(gateway.end(key)
                        .at("/usage/units/web_searches")
                        .decimalValue()
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void case25StoredHistoryIsBoundedByTheWindow() throws Exception {
        gateway.upstream.answerJson(200, response("\"output\":[]," + USAGE));
        gateway.post("/v1/responses", key, QUESTION + ",\"previous_response_id\":\"resp_0\"}");
        // 128,000 × 0.15 + 100 × 0.60 per million
        assertThat(gateway.end(key).at("/request").isMissingNode()).isFalse();
        GatewayForTests.Key poor = gateway.key(hard("0.019"));
        HttpResponse<String> refused =
                gateway.post("/v1/responses", poor, QUESTION + ",\"previous_response_id\":\"resp_0\"}");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"worst_case_cost\":\"0.01926\"");
    }

    @Test
    void embeddingsAreInputOnlyHoweverLargeTheirVectors() throws Exception {
        String answer = "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":["
                + "0.0123,".repeat(200_000)
                + "1]}],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":1000,\"total_tokens\":1000}}";
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = gateway.post(
                "/openai/v1/embeddings", key, "{\"model\":\"text-embedding-3-small\",\"input\":[\"a\",\"b\"]}");
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.00002");
    }

    @Test
    void embeddingsThatNameOnlyTheirTotalAreInput() throws Exception {
        gateway.upstream.answerJson(
                200, "{\"data\":[],\"model\":\"text-embedding-3-small\",\"usage\":{\"total_tokens\":1000}}");
        HttpResponse<String> response =
                gateway.post("/openai/v1/embeddings", key, "{\"model\":\"text-embedding-3-small\",\"input\":\"a\"}");
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.00002");
    }
}
