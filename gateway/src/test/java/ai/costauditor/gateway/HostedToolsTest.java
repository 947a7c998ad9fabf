package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tools that a provider runs itself have fees beside the tokens: accounting cases 13 and 42. */
class HostedToolsTest {

    private static final String TOKENS = "\"input_tokens\":20,\"output_tokens\":10,\"total_tokens\":30";
    private static final String USAGE = "\"usage\":{" + TOKENS + "}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private static String question(String rest) {
        return "{\"model\":\"gpt-4.1-mini\",\"input\":\"ping\",\"max_output_tokens\":100," + rest + "}";
    }

    private static String response(String rest) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"gpt-4.1-mini\"," + rest + "," + USAGE + "}";
    }

    private JsonNode respond(String tools, String answer) throws Exception {
        gateway.upstream.answerJson(200, response(answer));
        gateway.post("/v1/responses", key, question(tools));
        return gateway.end(key);
    }

    @Test
    void theToolsOwnCountOfSearchesIsBelievedBeforeOurs() throws Exception {
        JsonNode settled = respond(
                "\"tools\":[{\"type\":\"web_search\"}]",
                "\"output\":[{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"action\":{\"type\":\"search\"}}],"
                        + "\"tool_usage\":{\"web_search\":{\"num_requests\":3}}");
        assertThat(settled.at("/usage/units/web_searches").asInt()).isEqualTo(3);
        // 20 × 0.4 + 10 × 1.6 per million + 3 × 0.01
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.030024");
    }

    @Test
    void searchesOfFilesAndContainersOfCodeAreCountedFromTheItems() throws Exception {
        JsonNode settled = respond(
                "\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"vs_1\"]},"
                        + "{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\",\"memory_limit\":\"4g\"}}]",
                "\"output\":[{\"type\":\"file_search_call\",\"id\":\"fs_1\"},{\"type\":\"file_search_call\",\"id\":\"fs_2\"},"
                        + "{\"type\":\"code_interpreter_call\",\"id\":\"ci_1\",\"container_id\":\"cntr_1\"},"
                        + "{\"type\":\"code_interpreter_call\",\"id\":\"ci_2\",\"container_id\":\"cntr_1\"}]");
        assertThat(settled.at("/usage/units/file_searches").asInt()).isEqualTo(2);
        assertThat(settled.at("/usage/units/containers_4g").asInt()).isEqualTo(1);
        // 0.000024 + 2 × 0.0025 + 0.12
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.125024");
        assertThat(settled.at("/charge/version").asString()).endsWith("+units-1");
    }

    @Test
    void imagesHaveThePricesOfTheModelThatMadeThem() throws Exception {
        JsonNode settled = respond(
                "\"tools\":[{\"type\":\"image_generation\"}]",
                "\"output\":[{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"result\":\"aGVsbG8=\"}],"
                        + "\"tools\":[{\"type\":\"image_generation\",\"model\":\"gpt-image-1\"}],"
                        + "\"tool_usage\":{\"image_gen\":{\"input_tokens\":50,\"input_tokens_details\":{\"text_tokens\":50,\"image_tokens\":0},"
                        + "\"output_tokens\":1056,\"total_tokens\":1106},\"web_search\":{\"num_requests\":0}}");
        // 0.000024 + 50 × 5 + 1,056 × 40 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.042514");
        assertThat(settled.at("/usage/tokens/output_image").asLong()).isEqualTo(1056);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
    }

    @Test
    void imagesWhoseTokensNobodyTellsAreEstimatedByTheirSize() throws Exception {
        JsonNode settled = respond(
                "\"tools\":[{\"type\":\"image_generation\",\"model\":\"gpt-image-1\"}]",
                "\"output\":[{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"quality\":\"medium\",\"size\":\"1024x1024\","
                        + "\"result\":\"aGVsbG8=\"}]");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.042264");
    }

    @Test
    void aStreamThatBreaksOffStillOwesItsSearches() throws Exception {
        gateway.upstream.answerEvents(
                "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"action\":{\"type\":\"search\"}}}\n\n"
                        + "data: {\"type\":\"response.output_text.delta\",\"delta\":\"pong\"}\n\n");
        gateway.post("/v1/responses", key, question("\"stream\":true,\"tools\":[{\"type\":\"web_search\"}]"));
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/units/web_searches").asInt()).isEqualTo(1);
    }

    @Test
    void theHoldHasRoomForAsManyCallsAsTheRequestAllows() throws Exception {
        respond("\"max_tool_calls\":2,\"tools\":[{\"type\":\"web_search\"}]", "\"output\":[]");
        // the window, 1,047,576 × 0.4, and 100 × 1.6 per million, and 2 × 0.01
        assertThat(gateway.holdOf(key)).isEqualTo("0.4391904");
    }

    @Test
    void aToolWithoutALimitHoldsThirtyTwoCalls() throws Exception {
        respond("\"tools\":[{\"type\":\"web_search\"}]", "\"output\":[]");
        assertThat(gateway.holdOf(key)).isEqualTo("0.7391904");
    }

    @Test
    void noToolHidesBehindManyOthers() throws Exception {
        String function = "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}},";
        respond("\"tools\":[" + function.repeat(100) + "{\"type\":\"web_search\"}]", "\"output\":[]");
        assertThat(gateway.holdOf(key)).isEqualTo("0.7391904");
    }

    @Test
    void anthropicsToolsAreCountedAndHeldByTheirOwnLimits() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"claude-haiku-4-5-20251001\",\"content\":["
                        + "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"bash_code_execution\",\"input\":{}},{\"type\":\"text\",\"text\":\"pong\"}],"
                        + "\"usage\":{\"input_tokens\":20,\"output_tokens\":10,\"server_tool_use\":{\"web_search_requests\":2,\"web_fetch_requests\":1}}}");
        HttpResponse<String> answer = gateway.post(
                "/v1/messages",
                key,
                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}],\"tools\":["
                        + "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":5},"
                        + "{\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\"},"
                        + "{\"type\":\"code_execution_20250825\",\"name\":\"code_execution\"}]}");
        // 20 × 1 + 10 × 5 per million, 2 × 0.01, nothing for the page, five minutes of 0.05 an hour
        assertThat(answer.headers().firstValue("x-auditor-cost")).contains("0.024236666667");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/units/web_fetches").asInt()).isEqualTo(1);
        assertThat(settled.at("/usage/units/code_executions").asInt()).isEqualTo(1);
        // the window at the dearest write, 1,000,000 × 2, and 100 × 5 per million, 5 × 0.01 and 0.05 / 12
        assertThat(gateway.holdOf(key)).isEqualTo("2.054666666667");
    }

    @Test
    void openAisSearchModelsSearchInEveryChat() throws Exception {
        gateway.upstream.answerJson(
                200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "gpt-4o-mini-search-preview"));
        GatewayForTests.Key rich = gateway.key();
        gateway.post(Chats.PATH, rich, Chats.question("").replace("gpt-4o-mini", "gpt-4o-mini-search-preview"));
        assertThat(gateway.end(rich).at("/usage/units/web_search_previews").asInt())
                .isEqualTo(1);
    }

    @Test
    void aToolThatHasNoPriceHereIsRefusedUnderAHardBudget() throws Exception {
        HttpResponse<String> refused = gateway.post(
                "/groq/v1/chat/completions",
                key,
                "{\"model\":\"llama-3.3-70b-versatile\",\"max_tokens\":10,\"messages\":[],\"search_parameters\":{\"mode\":\"on\"}}");
        assertThat(refused.statusCode()).isEqualTo(404);
    }
}
