package ai.costauditor.gateway;

import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** More calls than a process has memory for are refused, in words that each SDK understands. */
class OpenCallsTest {

    /** Two calls without much of a request, and not three. */
    private static final Map<String, Object> ROOM_FOR_TWO = Map.of("auditor.gateway.memory-for-calls", "170KB");

    /** Streams that begin, and end when they are told to. */
    private static ScriptedUpstream.Script waitingFor(CountDownLatch released) {
        return (request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("first")));
            out.flush();
            ChatStreamTest.await(released);
            out.write(chunk(Chats.usageChunk() + Chats.done()));
            out.write(end());
        };
    }

    private static HttpResponse<InputStream> open(GatewayForTests gateway, GatewayForTests.Key key, String question)
            throws Exception {
        HttpResponse<InputStream> stream = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        stream.body().readNBytes(10);
        return stream;
    }

    private static String rest(HttpResponse<InputStream> stream) throws Exception {
        return new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void oneMoreThanThereIsRoomForIsToldToComeBackAndIsLetInWhenAnotherHasLeft() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (GatewayForTests gateway = new GatewayForTests(ROOM_FOR_TWO)) {
            GatewayForTests.Key key = gateway.key();
            gateway.upstream.answer(waitingFor(released));
            HttpResponse<InputStream> first = open(gateway, key, Chats.streamed());
            HttpResponse<InputStream> second = open(gateway, key, Chats.streamed());

            HttpResponse<String> refused = gateway.post(Chats.PATH, key, Chats.streamed());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(JsonMapper.shared()
                            .readTree(refused.body())
                            .at("/error/code")
                            .asString())
                    .isEqualTo("overloaded");
            assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
            assertThat(refused.headers().firstValue("connection")).hasValue("close");
            assertThat(gateway.upstream.received()).hasSize(2);

            released.countDown();
            assertThat(rest(first)).endsWith(Chats.done());
            assertThat(rest(second)).endsWith(Chats.done());
            gateway.upstream.answerJson(200, Chats.answer());
            org.awaitility.Awaitility.await()
                    .until(() ->
                            gateway.post(Chats.PATH, key, Chats.question("")).statusCode() == 200);
        }
    }

    @Test
    void theRefusalHasTheShapeOfWhoeverAsks() throws Exception {
        try (GatewayForTests gateway = new GatewayForTests(Map.of("auditor.gateway.memory-for-calls", "1KB"))) {
            GatewayForTests.Key key = gateway.key();

            HttpResponse<String> anthropic = gateway.post("/v1/messages", key, "{}");
            assertThat(anthropic.statusCode()).isEqualTo(529);
            assertThat(anthropic.body()).contains("\"type\":\"overloaded_error\"");

            HttpResponse<String> gemini =
                    gateway.post("/gemini/v1beta/models/gemini-2.5-flash:generateContent", key, "{}");
            assertThat(gemini.statusCode()).isEqualTo(503);
            assertThat(gemini.body()).contains("\"status\":\"UNAVAILABLE\"", "\"retryDelay\":\"5s\"");

            HttpResponse<String> bedrock = gateway.post("/bedrock/model/amazon.nova-lite-v1:0/converse", key, "{}");
            assertThat(bedrock.statusCode()).isEqualTo(503);
            assertThat(bedrock.headers().firstValue("x-amzn-errortype")).hasValue("ServiceUnavailableException");

            assertThat(gateway.send(gateway.request("/v1/models", key).GET()).statusCode())
                    .as("what needs no memory is answered")
                    .isEqualTo(200);
        }
    }

    @Test
    void aBodyIsRefusedThatDoesNotFitBesideTheOthersWhetherItsLengthIsKnownOrNot() throws Exception {
        String large = Chats.question(",\"x\":\"" + "y".repeat(400_000) + "\"");
        try (GatewayForTests gateway = new GatewayForTests(Map.of("auditor.gateway.memory-for-calls", "1MB"))) {
            GatewayForTests.Key key = gateway.key();
            gateway.upstream.answerJson(200, Chats.answer());

            assertThat(gateway.post(Chats.PATH, key, large).statusCode()).isEqualTo(503);
            assertThat(gateway.send(gateway.request(Chats.PATH, key)
                                    .POST(HttpRequest.BodyPublishers.ofInputStream(() ->
                                            new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)))))
                            .statusCode())
                    .isEqualTo(503);
            assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aStreamThatHasBegunTakesNoMemoryForItsRequest() throws Exception {
        String large = Chats.question(",\"stream\":true,\"x\":\"" + "y".repeat(200_000) + "\"");
        CountDownLatch released = new CountDownLatch(1);
        try (GatewayForTests gateway = new GatewayForTests(Map.of("auditor.gateway.memory-for-calls", "1MB"))) {
            GatewayForTests.Key key = gateway.key();
            gateway.upstream.answer(waitingFor(released));
            HttpResponse<InputStream> first = open(gateway, key, large);
            HttpResponse<InputStream> second = open(gateway, key, large);

            assertThat(second.statusCode()).isEqualTo(200);
            released.countDown();
            assertThat(rest(first)).endsWith(Chats.done());
            assertThat(rest(second)).endsWith(Chats.done());
            assertThat(gateway.end(key).at("/usage/status").asString()).isEqualTo("exact");
        }
    }
}
