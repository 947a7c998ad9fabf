package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bedrock's InvokeModel, streaming and not. The numbers in the names are those of the accounting cases. */
class BedrockInvokeTest {

    private static final String PATH = "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0";

    private static final String QUESTION =
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";

    private static final String ANSWER =
            "{\"model\":\"claude-sonnet-4-5-20250929\",\"id\":\"msg_bdrk_01\",\"type\":\"message\",\"role\":\"assistant\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"pong\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                    + "\"usage\":{\"input_tokens\":1000,\"cache_creation_input_tokens\":300,\"cache_read_input_tokens\":2000,"
                    + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":200},\"output_tokens\":500}}";

    private static final String TOKENS =
            "{\"cache_write_1h\":200,\"cache_write_5m\":100,\"input\":1000,\"input_cached\":2000,\"output\":500}";

    private static final byte[] START = Frames.chunk("{\"type\":\"message_start\",\"message\":"
            + ANSWER.replace("\"output_tokens\":500", "\"output_tokens\":1")
                    .replace("{\"type\":\"text\",\"text\":\"pong\"}", "")
            + "}");
    private static final byte[] TEXT = Frames.chunk(
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"p😀ng\"}}");
    private static final byte[] DELTA = Frames.chunk(
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":500}}");
    private static final byte[] STOP = Frames.chunk(
            "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":1000,\"outputTokenCount\":500,"
                    + "\"invocationLatency\":2112,\"firstByteLatency\":845,\"cacheReadInputTokenCount\":2000,\"cacheWriteInputTokenCount\":300}}");
    private static final byte[] STREAM = Frames.of(START, TEXT, DELTA, STOP);

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private void answer(String body, String headers) {
        gateway.upstream.answer((request, out) ->
                out.write(bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + "x-amzn-RequestId: amzn-1\r\n"
                        + headers + "Content-Length: " + bytes(body).length + "\r\n\r\n" + body)));
    }

    private void answerFrames(byte[] frames) {
        gateway.upstream.answer((request, out) -> {
            out.write(BedrockConverseTest.streamHead());
            out.write(chunk(frames));
            out.write(end());
        });
    }

    private HttpResponse<byte[]> stream() throws IOException, InterruptedException {
        return gateway.http.send(
                gateway.request(PATH + "/invoke-with-response-stream", key)
                        .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private JsonNode settled() {
        return gateway.end(key);
    }

    @Test
    void anthropicsBodyNamesTheUsageAndThePathNamesTheModel() throws Exception {
        answer(ANSWER, "x-amzn-bedrock-input-token-count: 1000\r\nx-amzn-bedrock-output-token-count: 500\r\n");
        HttpResponse<String> response = gateway.post(PATH + "/invoke", key, QUESTION);

        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(response.headers().firstValue("x-amzn-bedrock-input-token-count"))
                .contains("1000");
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke HTTP/1.1");
        assertThat(settled().at("/usage/tokens")).isEqualTo(json(TOKENS));
        // 1,000 × 3.3 + 2,000 × 0.33 + 100 × 4.125 + 200 × 6.6 + 500 × 16.5 per million
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.0139425");
    }

    @Test
    void aStreamIsPassedOnByteForByteAndCostsTheSame() throws Exception {
        answerFrames(STREAM);
        HttpResponse<byte[]> response = stream();
        assertThat(response.body()).isEqualTo(STREAM);
        assertThat(settled().at("/end/outcome").asString()).isEqualTo("completed");
        assertThat(settled().at("/usage/tokens")).isEqualTo(json(TOKENS));
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.0139425");
    }

    @Test
    void howeverTheNetworkCutsTheFramesTheClientSeesTheSameAndPaysTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        gateway.upstream.answer((request, out) -> {
            out.write(BedrockConverseTest.streamHead());
            for (int at = 0; at < STREAM.length; ) {
                int size = Math.min(STREAM.length - at, 1 + random.nextInt(60));
                out.write(chunk(Arrays.copyOfRange(STREAM, at, at + size)));
                out.flush();
                at += size;
            }
            out.write(end());
        });
        assertThat(stream().body()).as("seed %d", seed).isEqualTo(STREAM);
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.0139425");
    }

    @Test
    void case6AStreamThatIsCutKeepsTheInputThatItHasNamed() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(BedrockConverseTest.streamHead());
            out.write(chunk(Frames.of(START, TEXT)));
            out.flush();
            throw new IOException("cut");
        });
        assertThatThrownBy(this::stream).isInstanceOf(IOException.class);
        assertThat(settled().at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled().at("/usage/tokens/input").asLong()).isEqualTo(1000);
        assertThat(settled().at("/usage/tokens/input_cached").asLong()).isEqualTo(2000);
    }

    @Test
    void otherMakersAreCountedByBedrocksHeaders() throws Exception {
        answer(
                "{\"generation\":\"pong\",\"stop_reason\":\"stop\"}",
                "X-Amzn-Bedrock-Input-Token-Count: 1000\r\nX-Amzn-Bedrock-Output-Token-Count: 500\r\n");
        gateway.post(
                "/bedrock/model/us.meta.llama3-3-70b-instruct-v1:0/invoke",
                key,
                "{\"prompt\":\"ping\",\"max_gen_len\":512}");
        // 1,500 × 0.72 per million
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.00108");
    }

    @Test
    void otherMakersStreamsAreCountedByTheMetricsOfTheirLastChunk() throws Exception {
        answerFrames(
                Frames.of(
                        Frames.chunk("{\"generation\":\"po\",\"prompt_token_count\":1000,\"stop_reason\":null}"),
                        Frames.chunk(
                                "{\"generation\":\"ng\",\"stop_reason\":\"stop\",\"amazon-bedrock-invocationMetrics\":"
                                        + "{\"inputTokenCount\":1000,\"outputTokenCount\":500,\"invocationLatency\":1,\"firstByteLatency\":1}}")));
        gateway.http.send(
                gateway.request("/bedrock/model/meta.llama3-3-70b-instruct-v1:0/invoke-with-response-stream", key)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"ping\",\"max_gen_len\":512}"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.00108");
    }

    @Test
    void embeddingsHaveInputOnly() throws Exception {
        answer("{\"embedding\":[0.1,0.2],\"inputTextTokenCount\":1000}", "x-amzn-bedrock-input-token-count: 1000\r\n");
        gateway.post("/bedrock/model/amazon.titan-embed-text-v2:0/invoke", key, "{\"inputText\":\"ping\"}");
        assertThat(settled().at("/usage/tokens")).isEqualTo(json("{\"input\":1000}"));
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.0001");
    }

    @Test
    void case3WithoutCountsTheTextIsEstimatedAndNonsenseIsInvalid() throws Exception {
        answer("{\"outputs\":[{\"text\":\"pong, and pong again\"}]}", "");
        String path = "/bedrock/model/mistral.mistral-large-2402-v1:0/invoke";
        gateway.post(path, key, "{\"prompt\":\"ping\",\"max_tokens\":100}");
        assertThat(settled().at("/usage/status").asString()).isEqualTo("estimated");

        GatewayForTests.Key another = gateway.key(hard("10"));
        answer(
                "{\"outputs\":[]}",
                "x-amzn-bedrock-input-token-count: many\r\nx-amzn-bedrock-output-token-count: 1\r\n");
        gateway.post(path, another, "{\"prompt\":\"ping\",\"max_tokens\":100}");
        assertThat(gateway.end(another).at("/usage/status").asString()).isEqualTo("invalid");
        assertThat(gateway.events(another)).contains("key.HoldExpired");
    }

    @Test
    void case17ATierIsTakenFromTheHeadersOfTheAnswer() throws Exception {
        answer(ANSWER, "X-Amzn-Bedrock-Service-Tier: priority\r\n");
        GatewayForTests.Key free = gateway.key();
        gateway.post(PATH + "/invoke", free, QUESTION);
        assertThat(gateway.end(free).at("/charge/status").asString()).isEqualTo("unpriced");

        answer(
                ANSWER,
                "X-Amzn-Bedrock-Service-Tier: default\r\nX-Amzn-Bedrock-PerformanceConfig-Latency: standard\r\n");
        gateway.post(PATH + "/invoke", key, QUESTION);
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.0139425");
    }

    @Test
    void aProfileOfOnesOwnIsChargedByItsMappingElseByTheModelThatTheAnswerNames() throws Exception {
        answer(ANSWER, "");
        String path =
                "/bedrock/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/invoke";
        assertThat(gateway.post(path, key, QUESTION).statusCode()).isEqualTo(404);
        String mapped = path.replace("a1b2c3", "mapped");
        gateway.post(mapped, key, QUESTION);
        assertThat(gateway.upstream.last().line()).contains("application-inference-profile%2Fmapped/invoke");
        assertThat(settled().at("/request/model").asString())
                .isEqualTo("global.anthropic.claude-sonnet-4-5-20250929-v1:0");
        assertThat(settled().at("/charge/total").asString()).isEqualTo("0.012675");

        GatewayForTests.Key free = gateway.key();
        gateway.post(path, free, QUESTION);
        assertThat(gateway.end(free).at("/end/modelServed").asString()).isEqualTo("claude-sonnet-4-5-20250929");
        assertThat(gateway.end(free).at("/charge/total").asString()).isEqualTo("0.0139425");
    }
}
