package ai.costauditor.gateway.stub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bedrock's formats, as the stub speaks them. */
class StubBedrockTest {

    private static final StubProvider STUB = StubProvider.start(0);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** 4 + 25 characters, with the role: 8 tokens. */
    private static final String CONVERSE =
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Say hello to the auditor.\"}]}]%s}";

    private static final String ANTHROPIC = "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":50,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the auditor.\"}]}";

    @AfterAll
    static void stop() {
        STUB.close();
        CLIENT.close();
    }

    private static HttpResponse<byte[]> post(String verb, String body, String wish) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(
                                STUB.uri().resolve("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/" + verb))
                        .header("Authorization", "AWS4-HMAC-SHA256 any")
                        .header("x-stub", wish)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static JsonNode json(byte[] bytes) {
        return JsonMapper.shared().readTree(bytes);
    }

    private static List<Message> frames(HttpResponse<byte[]> answer) {
        assertThat(answer.headers().firstValue("content-type")).contains("application/vnd.amazon.eventstream");
        ByteBuffer rest = ByteBuffer.wrap(answer.body());
        List<Message> frames = new ArrayList<>();
        while (rest.hasRemaining()) {
            int length = rest.getInt(rest.position());
            frames.add(Message.decode(rest.slice(rest.position(), length)));
            rest.position(rest.position() + length);
        }
        return frames;
    }

    private static List<String> types(List<Message> frames) {
        return frames.stream()
                .flatMap(frame -> Stream.of(":event-type", ":exception-type").map(frame.getHeaders()::get))
                .filter(Objects::nonNull)
                .map(HeaderValue::getString)
                .distinct()
                .toList();
    }

    @Test
    void usageIsAFunctionOfTheRequest() throws Exception {
        JsonNode answer = json(post("converse", CONVERSE.formatted(""), "").body());
        assertThat(answer.at("/usage/inputTokens").asLong()).isEqualTo(8);
        assertThat(answer.at("/usage/outputTokens").asLong()).isEqualTo(14);
        assertThat(answer.path("stopReason").asString()).isEqualTo("end_turn");
        answer = json(post("converse", CONVERSE.formatted(",\"inferenceConfig\":{\"maxTokens\":3}"), "")
                .body());
        assertThat(answer.at("/usage/outputTokens").asLong()).isEqualTo(3);
        assertThat(answer.path("stopReason").asString()).isEqualTo("max_tokens");
    }

    @Test
    void aToolIsCalled() throws Exception {
        String tools = ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"look\",\"inputSchema\":{\"json\":{}}}}]}";
        JsonNode answer = json(post("converse", CONVERSE.formatted(tools), "").body());
        assertThat(answer.at("/output/message/content/0/toolUse/name").asString())
                .isEqualTo("look");
        assertThat(types(frames(post("converse-stream", CONVERSE.formatted(tools), ""))))
                .contains("contentBlockStart");
    }

    @Test
    void aStreamOfConverseEndsWithItsMetadata() throws Exception {
        List<Message> frames = frames(post("converse-stream", CONVERSE.formatted(""), "chunk=odd"));
        assertThat(types(frames))
                .containsExactly("messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata");
        assertThat(json(frames.getLast().getPayload()).at("/usage/totalTokens").asLong())
                .isEqualTo(22);
    }

    @Test
    void anthropicsBodiesAreUnderstoodWithTheCountsOfBedrockBesideThem() throws Exception {
        HttpResponse<byte[]> answer = post("invoke", ANTHROPIC, "");
        assertThat(json(answer.body()).path("model").asString()).isEqualTo("claude-sonnet-4-5-20250929");
        assertThat(json(answer.body()).at("/usage/output_tokens").asLong()).isEqualTo(14);
        assertThat(answer.headers().firstValue("x-amzn-bedrock-output-token-count"))
                .contains("14");

        List<Message> frames = frames(post("invoke-with-response-stream", ANTHROPIC, ""));
        JsonNode last = json(Base64.getDecoder()
                .decode(json(frames.getLast().getPayload()).path("bytes").asString()));
        assertThat(last.path("type").asString()).isEqualTo("message_stop");
        assertThat(last.at("/amazon-bedrock-invocationMetrics/outputTokenCount").asLong())
                .isEqualTo(14);
    }

    @Test
    void itFailsInBedrocksWords() throws Exception {
        HttpResponse<byte[]> answer = post("converse", CONVERSE.formatted(""), "status=429");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("x-amzn-errortype")).contains("ThrottlingException");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("{\"message\":");
        for (String verb : new String[] {"converse-stream", "invoke-with-response-stream"}) {
            String body = verb.startsWith("converse") ? CONVERSE.formatted("") : ANTHROPIC;
            assertThat(types(frames(post(verb, body, "error-in-stream")))).endsWith("modelStreamErrorException");
        }
    }
}
