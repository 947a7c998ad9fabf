package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Case 7 of the accounting: the gateway stops with streams open. */
class ShutdownTest {

    private static HttpResponse<InputStream> open(GatewayForTests gateway, GatewayForTests.Key key) throws Exception {
        HttpResponse<InputStream> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(Chats.streamed()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        response.body().readNBytes(10);
        return response;
    }

    @Test
    void aStreamThatRunsIsFinishedAndSettled() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        try (GatewayForTests gateway = new GatewayForTests(Map.of())) {
            GatewayForTests.Key key = gateway.key(hard("1"));
            gateway.upstream.answer((request, out) -> {
                out.write(streamHead());
                out.write(chunk(Chats.text("first")));
                out.flush();
                ChatStreamTest.await(stopping);
                out.write(chunk(Chats.usageChunk() + Chats.done()));
                out.write(end());
            });
            HttpResponse<InputStream> response = open(gateway, key);
            Thread stop = Thread.ofVirtual().start(gateway::stop);
            stopping.countDown();

            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith(Chats.done());
            assertThat(stop.join(java.time.Duration.ofSeconds(20))).isTrue();
            assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
        }
    }

    @Test
    void aStreamThatNeverEndsIsBrokenOffAndSettledOnWhatHasCome() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (GatewayForTests gateway = new GatewayForTests(
                Map.of("auditor.gateway.stop-streams-after", "500ms", "auditor.gateway.answer-timeout", "30s"))) {
            GatewayForTests.Key key = gateway.key(hard("1"));
            gateway.upstream.answer((request, out) -> {
                out.write(streamHead());
                out.write(chunk(Chats.text("first")));
                out.flush();
                ChatStreamTest.await(over);
            });
            open(gateway, key);
            long before = System.nanoTime();
            gateway.stop();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before))
                    .isLessThan(9);
            over.countDown();

            assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
            JsonNode settled = gateway.lastEvent(key);
            assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        }
    }
}
