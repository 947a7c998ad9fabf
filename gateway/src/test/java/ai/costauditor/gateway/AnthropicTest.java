package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Messages of Anthropic, streaming and not. The numbers in the names are those of the accounting cases. */
class AnthropicTest {

    private static final String LETTER =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
    }

    private static String start(String usage) {
        return event(
                "message_start",
                ",\"message\":{\"id\":\"msg_1\",\"model\":\"claude-sonnet-4-5-20250929\",\"usage\":" + usage + "}");
    }

    private static String delta(String usage) {
        return event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" + usage);
    }

    private static String text(String text) {
        return event(
                "content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private JsonNode streamed(String events) throws Exception {
        gateway.upstream.answerEvents(events);
        HttpResponse<String> response =
                gateway.post("/anthropic/v1/messages?beta=true", key, LETTER + ",\"stream\":true}");
        assertThat(response.body()).isEqualTo(events);
        return gateway.end(key);
    }

    @Test
    void aStreamIsPassedOnAndThePingsToo() throws Exception {
        JsonNode settled = streamed(start("{\"input_tokens\":1000,\"output_tokens\":1}")
                + event("ping", "")
                + text("hello")
                + delta("{\"output_tokens\":500}")
                + event("message_stop", ""));

        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1/messages?beta=true HTTP/1.1");
        assertThat(gateway.upstream.last().headers())
                .containsEntry("x-api-key", "sk-upstream-anthropic")
                .doesNotContainKey("authorization");
        // 1,000 × 3 + 500 × 15 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.0105");
    }

    @Test
    void case32TheLastValueOfEachFieldCountsAndTheSplitStandsAtTheStart() throws Exception {
        JsonNode settled = streamed(start(
                        "{\"input_tokens\":2479,\"cache_creation_input_tokens\":300,\"cache_read_input_tokens\":900,"
                                + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":200},\"output_tokens\":3}")
                + text("x")
                + delta(
                        "{\"input_tokens\":404500,\"cache_creation_input_tokens\":300,\"cache_read_input_tokens\":0,\"output_tokens\":7}")
                + event("message_stop", ""));
        assertThat(settled.at("/usage/tokens"))
                .isEqualTo(json("{\"cache_write_1h\":200,\"cache_write_5m\":100,\"input\":404500,\"output\":7}"));
    }

    @Test
    void case31RoundsThatTheTopLeavesOutAreBilledAndPricedByTheirOwnModel() throws Exception {
        gateway.upstream.answerJson(200, """
            {"id":"msg_1","type":"message","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"x"}],
             "usage":{"input_tokens":1000,"output_tokens":100,"iterations":[
               {"type":"message","input_tokens":1000,"output_tokens":100},
               {"type":"compaction","input_tokens":10000,"output_tokens":1000},
               {"type":"advisor_message","model":"claude-opus-4-5","input_tokens":2000,"output_tokens":200}]}}\
            """);
        gateway.post("/v1/messages", key, LETTER + "}");
        JsonNode settled = gateway.end(key);
        // sonnet (3, 15): 11,000 and 1,100; opus 4.5 (5, 25): 2,000 and 200
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.0645");
        assertThat(settled.at("/usage/tokens/input").asLong()).isEqualTo(13_000);
    }

    @Test
    void case33AnAnswerOfUnknownRoundsAboveTheThresholdIsMarked() throws Exception {
        String searched = ",\"server_tool_use\":{\"web_search_requests\":1}}";
        JsonNode settled = streamed(start("{\"input_tokens\":1000,\"output_tokens\":1}")
                + delta("{\"input_tokens\":250000,\"output_tokens\":10" + searched)
                + event("message_stop", ""));
        assertThat(settled.at("/charge/doubt").asString()).isEqualTo("long_context");
        assertThat(settled.at("/charge/status").asString()).isEqualTo("priced");

        settled = streamed(start("{\"input_tokens\":1000,\"output_tokens\":1}")
                + delta("{\"input_tokens\":150000,\"output_tokens\":10" + searched)
                + event("message_stop", ""));
        assertThat(settled.at("/charge").has("doubt")).isFalse();
    }

    @Test
    void case6AStreamThatIsCutKeepsTheInputThatItHasNamed() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(start("{\"input_tokens\":1000,\"cache_read_input_tokens\":50,\"output_tokens\":1}")
                    + text("12345678")));
            out.flush();
            throw new IOException("cut");
        });
        assertThatThrownBy(() -> gateway.post("/v1/messages", key, LETTER + ",\"stream\":true}"))
                .isInstanceOf(IOException.class);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":1000,\"input_cached\":50,\"output\":3}"));
    }

    @Test
    void case6AnErrorInsideOfAStreamIsPassedOn() throws Exception {
        JsonNode settled = streamed(start("{\"input_tokens\":1000,\"output_tokens\":1}")
                + text("half")
                + event("error", ",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}"));
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("failed_upstream");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
    }

    @Test
    void countingTokensIsFree() throws Exception {
        gateway.upstream.answerJson(200, "{\"input_tokens\":2095}");
        HttpResponse<String> response = gateway.post("/v1/messages/count_tokens", key, LETTER + "}");
        assertThat(response.body()).isEqualTo("{\"input_tokens\":2095}");
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0");
    }

    @Test
    void aClaudeModelIsReachedInOpenAiShapeAsWell() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "claude-sonnet-4-5"));
        gateway.post(Chats.PATH, key, Chats.question("").replace("gpt-4o-mini", "claude-sonnet-4-5"));
        assertThat(gateway.upstream.last().headers()).containsEntry("authorization", "Bearer sk-upstream-anthropic");
        assertThat(gateway.end(key).at("/request/provider").asString()).isEqualTo("anthropic");
    }

    @Test
    void bothRequestIdsAreThere() throws Exception {
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.bytes("HTTP/1.1 200 OK\r\n"
                + "request-id: req_011\r\n"
                + "anthropic-organization-id: o\r\n"
                + "Content-Length: 2\r\n\r\n"
                + "{}")));
        HttpResponse<String> response = gateway.send(
                gateway.request("/v1/messages", key).POST(HttpRequest.BodyPublishers.ofString(LETTER + "}")));
        assertThat(response.headers().allValues("request-id")).containsExactly("req_011");
        assertThat(response.headers().allValues("x-request-id")).containsExactly("req_011");
        assertThat(response.headers().firstValue("anthropic-organization-id")).contains("o");
    }
}
