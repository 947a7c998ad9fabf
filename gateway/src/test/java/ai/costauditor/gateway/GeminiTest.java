package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gemini in its own format, streaming and not. The numbers in the names are those of the accounting cases. */
class GeminiTest {

    private static final String MODEL = "/gemini/v1beta/models/gemini-2.5-flash";
    private static final String QUESTION = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"ping\"}]}],"
            + "\"generationConfig\":{\"maxOutputTokens\":100}}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** As Google's SDKs send it. */
    private HttpResponse<String> post(String path, GatewayForTests.Key key, String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("x-goog-api-key", key.secret())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String answer(String text, String more) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}],\"role\":\"model\"},\"index\":0"
                + more + ",\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"r1\"}";
    }

    private static String going(String text, String usage) {
        return answer(text, "}],\"usageMetadata\":" + usage);
    }

    private static String stopped(String text, String usage) {
        return answer(text, ",\"finishReason\":\"STOP\"}],\"usageMetadata\":" + usage);
    }

    private static String event(String data) {
        return "data: " + data + "\r\n\r\n";
    }

    private JsonNode whole(String answer) throws Exception {
        gateway.upstream.answerJson(200, answer);
        assertThat(post(MODEL + ":generateContent", key, QUESTION).body()).isEqualTo(answer);
        return gateway.end(key);
    }

    private JsonNode streamed(String... answers) throws Exception {
        StringBuilder events = new StringBuilder();
        for (String each : answers) {
            events.append(event(each));
        }
        gateway.upstream.answerEvents(events.toString());
        assertThat(post(MODEL + ":streamGenerateContent?alt=sse", key, QUESTION).body())
                .isEqualTo(events.toString());
        return gateway.end(key);
    }

    @Test
    void anAnswerIsForwardedByteForByteAndSettled() throws Exception {
        String answer = stopped(
                "pong",
                "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30,"
                        + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":20}]}");
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = post(MODEL + ":generateContent", key, QUESTION);

        assertThat(response.body()).isEqualTo(answer);
        // 20 × 0.30 + 10 × 2.50 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.000031");
        assertThat(response.headers().firstValue("x-auditor-upstream")).contains("gemini");
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1");
        assertThat(gateway.upstream.last().text()).isEqualTo(QUESTION);
        assertThat(gateway.upstream.last().headers())
                .containsEntry("x-goog-api-key", "upstream-gemini")
                .doesNotContainKey("authorization")
                .doesNotContainValue(key.secret());
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
        assertThat(gateway.end(key).at("/request/model").isMissingNode()).isFalse();
    }

    @Test
    void aKeyInTheQueryIsTakenOutOfIt() throws Exception {
        gateway.upstream.answerJson(
                200, stopped("pong", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}"));
        HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.url() + MODEL + ":generateContent?key=" + key.secret() + "&alt=json"))
                .POST(HttpRequest.BodyPublishers.ofString(QUESTION)));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /v1beta/models/gemini-2.5-flash:generateContent?alt=json HTTP/1.1");
    }

    @Test
    void case11ThoughtsStandOutsideOfTheCandidatesAndToolUseOutsideOfThePrompt() throws Exception {
        JsonNode settled = whole(stopped(
                "x",
                "{\"promptTokenCount\":1000,\"cachedContentTokenCount\":400,\"toolUsePromptTokenCount\":50,"
                        + "\"candidatesTokenCount\":10,\"thoughtsTokenCount\":90,\"totalTokenCount\":1150}"));
        assertThat(settled.at("/usage/tokens"))
                .isEqualTo(json("{\"input\":650,\"input_cached\":400,\"output\":10,\"output_reasoning\":90}"));
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        // 650 × 0.30 + 400 × 0.03 + 100 × 2.50 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000457");
    }
}
