package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bedrock's Converse, streaming and not. The numbers in the names are those of the accounting cases. */
class BedrockConverseTest {

    private static final String MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String PATH = "/bedrock/model/" + MODEL.replace(":", "%3A");

    private static final String QUESTION =
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"ping\"}]}],\"inferenceConfig\":{\"maxTokens\":1000}}";

    private static final String USAGE =
            "\"usage\":{\"inputTokens\":1000,\"outputTokens\":500,\"totalTokens\":1500,\"serverToolUsage\":{}}";

    private static final String ANSWER =
            "{\"metrics\":{\"latencyMs\":1275},\"output\":{\"message\":{\"content\":[{\"text\":\"pong\"}],\"role\":\"assistant\"}},"
                    + "\"stopReason\":\"end_turn\"," + USAGE + "}";

    /** 1,000 × 3.3 + 500 × 16.5 per million: what a profile of one region costs. */
    private static final String COST = "0.01155";

    private static final byte[] START = Frames.event("messageStart", "{\"p\":\"abcdef\",\"role\":\"assistant\"}");
    private static final byte[] TEXT =
            Frames.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"p😀ng\"},\"p\":\"ab\"}");
    private static final byte[] STOP = Frames.event("messageStop", "{\"p\":\"abc\",\"stopReason\":\"end_turn\"}");
    private static final byte[] METADATA =
            Frames.event("metadata", "{\"metrics\":{\"latencyMs\":1275}," + USAGE + ",\"p\":\"abcd\"}");
    private static final byte[] STREAM = Frames.of(
            START, TEXT, Frames.event("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"a\"}"), STOP, METADATA);

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    static byte[] streamHead() {
        return bytes("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
                + "x-amzn-RequestId: amzn-1\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private void answerFrames(byte[] frames) {
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(frames));
            out.write(end());
        });
    }

    private HttpResponse<byte[]> stream() throws IOException, InterruptedException {
        return gateway.http.send(
                gateway.request(PATH + "/converse-stream", key)
                        .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private JsonNode settled() {
        return gateway.end(key);
    }

    private String cost() {
        return settled().at("/charge/total").asString();
    }

    @Test
    void anAnswerIsPassedOnAndCharged() throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        HttpResponse<String> response = gateway.post(PATH + "/converse", key, QUESTION);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains(COST);
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse HTTP/1.1");
        assertThat(gateway.upstream.last().text()).isEqualTo(QUESTION);
        assertThat(settled().at("/request/provider").asString()).isEqualTo("bedrock");
        assertThat(settled().at("/request/endpoint").asString()).isEqualTo("converse");
        assertThat(settled().at("/request/model").asString()).isEqualTo(MODEL);
        assertThat(cost()).isEqualTo(COST);
    }

    @Test
    void aStreamIsPassedOnByteForByteAndItsMetadataIsTheUsage() throws Exception {
        answerFrames(STREAM);
        HttpResponse<byte[]> response = stream();

        assertThat(response.body()).isEqualTo(STREAM);
        assertThat(response.headers().firstValue("content-type")).contains("application/vnd.amazon.eventstream");
        assertThat(response.headers().firstValue("x-request-id")).contains("amzn-1");
        assertThat(settled().at("/request/stream").asBoolean()).isTrue();
        assertThat(settled().at("/end/outcome").asString()).isEqualTo("completed");
        assertThat(settled().at("/usage/status").asString()).isEqualTo("exact");
        assertThat(cost()).isEqualTo(COST);
    }

    @Test
    void howeverTheNetworkCutsTheFramesTheClientSeesTheSameAndPaysTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            for (int at = 0; at < STREAM.length; ) {
                int size = Math.min(STREAM.length - at, 1 + random.nextInt(40));
                out.write(chunk(Arrays.copyOfRange(STREAM, at, at + size)));
                out.flush();
                at += size;
            }
            out.write(end());
        });
        assertThat(stream().body()).as("seed %d", seed).isEqualTo(STREAM);
        assertThat(cost()).isEqualTo(COST);
    }

    @Test
    void case9CacheReadsAndWritesStandOutsideOfTheInputAndALongLifeIsDearer() throws Exception {
        answerFrames(
                Frames.of(
                        START,
                        Frames.event(
                                "metadata",
                                "{\"usage\":{\"inputTokens\":100,\"outputTokens\":10,\"totalTokens\":1610,\"cacheReadInputTokens\":1000,"
                                        + "\"cacheWriteInputTokens\":500,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":200},{\"ttl\":\"5m\",\"inputTokens\":300}]}}")));
        stream();
        assertThat(settled().at("/usage/tokens"))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        "{\"cache_write_1h\":200,\"cache_write_5m\":300,\"input\":100,\"input_cached\":1000,\"output\":10}"));
    }

    @Test
    void case4AUsageOfZerosIsAFactAndCase3NoneIsEstimated() throws Exception {
        answerFrames(Frames.of(
                TEXT,
                Frames.event("metadata", "{\"usage\":{\"inputTokens\":0,\"outputTokens\":0,\"totalTokens\":0}}")));
        stream();
        assertThat(cost()).isEqualTo("0");

        answerFrames(Frames.of(START, TEXT, STOP));
        stream();
        assertThat(settled().at("/usage/status").asString()).isEqualTo("estimated");
    }

    @Test
    void case6AnExceptionInsideOfAStreamIsPassedOn() throws Exception {
        byte[] frames = Frames.of(START, TEXT, Frames.exception("throttlingException", "Too many tokens"));
        answerFrames(frames);
        assertThat(stream().body()).isEqualTo(frames);
        assertThat(settled().at("/end/outcome").asString()).isEqualTo("failed_upstream");
        assertThat(settled().at("/usage/status").asString()).isEqualTo("estimated");
    }

    @Test
    void whatIsNoFrameIsPassedOnUnread() throws Exception {
        byte[] broken = Frames.of(START, bytes("\u0000\u0000\u0000\u0001 this is no frame at all"));
        answerFrames(broken);
        assertThat(stream().body()).isEqualTo(broken);
        assertThat(gateway.events(key)).contains("key.CallAuthorised");

        byte[] damaged = METADATA.clone();
        damaged[damaged.length - 10] ^= 1;
        answerFrames(damaged);
        assertThat(stream().body()).isEqualTo(damaged);
        assertThat(gateway.end(key).at("/usage/status").asString()).isNotEqualTo("exact");
    }

    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0, 0.01155",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0, 0.01155",
        "anthropic.claude-sonnet-4-5-20250929-v1:0, 0.01155",
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0, 0.0105",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0, 0.01155",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0, 0.01155",
        "us.amazon.nova-lite-v1:0, 0.00018"
    })
    void aModelFindsItsPriceUnderEachOfItsNames(String model, String cost) throws Exception {
        gateway.upstream.answerJson(200, ANSWER);
        String escaped = model.replace(":", "%3A").replace("/", "%2F");
        for (String path : new String[] {escaped, model}) {
            GatewayForTests.Key another = gateway.key(hard("10"));
            HttpResponse<String> response = gateway.post("/bedrock/model/" + path + "/converse", another, QUESTION);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(gateway.upstream.last().line()).isEqualTo("POST /model/" + escaped + "/converse HTTP/1.1");
            assertThat(gateway.end(another).at("/charge/total").asString()).isEqualTo(cost);
        }
    }

    @Test
    void aRouterIsChargedByTheModelThatItNames() throws Exception {
        String router = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Adefault-prompt-router%2Fanthropic.claude%3A1";
        gateway.upstream.answerJson(
                200,
                ANSWER.replace(
                        "\"metrics\"",
                        "\"trace\":{\"promptRouter\":{\"invokedModelId\":\"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0\"}},\"metrics\""));
        GatewayForTests.Key free = gateway.key();
        gateway.post("/bedrock/model/" + router + "/converse", free, QUESTION);
        assertThat(gateway.end(free).at("/charge/total").asString()).isEqualTo(COST);
        assertThat(gateway.post("/bedrock/model/" + router + "/converse", key, QUESTION)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void case42AToolThatRanAtAmazonIsBilledApartSoTheChargeIsNotKnown() throws Exception {
        gateway.upstream.answerJson(
                200, ANSWER.replace("\"serverToolUsage\":{}", "\"serverToolUsage\":{\"webSearchRequests\":2}"));
        gateway.post(PATH + "/converse", key, QUESTION);
        assertThat(settled().at("/usage/units").path("webSearchRequests").asString())
                .isEqualTo("2");
        assertThat(settled().at("/charge/status").asString()).isEqualTo("unpriced");
    }

    @Test
    void case17ATierThatNobodyHasAPriceForMakesTheChargeUnpriced() throws Exception {
        gateway.upstream.answerJson(
                200, ANSWER.replace("\"metrics\"", "\"serviceTier\":{\"type\":\"flex\"},\"metrics\""));
        gateway.post(PATH + "/converse", gateway.key(), QUESTION);
        GatewayForTests.Key free = gateway.key();
        gateway.post(PATH + "/converse", free, QUESTION);
        assertThat(gateway.end(free).at("/charge/status").asString()).isEqualTo("unpriced");

        gateway.upstream.answerJson(
                200,
                ANSWER.replace(
                        "\"metrics\"",
                        "\"serviceTier\":{\"type\":\"default\"},\"performanceConfig\":{\"latency\":\"standard\"},\"metrics\""));
        gateway.post(PATH + "/converse", key, QUESTION);
        assertThat(cost()).isEqualTo(COST);
    }
}
