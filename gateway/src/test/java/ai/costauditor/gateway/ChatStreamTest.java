package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Streams of chat completions. The numbers in the names are those of the accounting cases. */
class ChatStreamTest {

    private static final String WITH_USAGE =
            Chats.text("po") + Chats.text("ng") + Chats.finish() + Chats.usageChunk() + Chats.done();
    private static final String WITHOUT_USAGE = Chats.text("po") + Chats.text("ng") + Chats.finish() + Chats.done();

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private HttpResponse<String> stream(String question) throws Exception {
        return gateway.post(Chats.PATH, key, question);
    }

    private String cost() {
        return gateway.end(key).at("/charge/total").asString();
    }

    @Test
    void case1UsageIsAskedForAndHiddenFromWhoDidNotAsk() throws Exception {
        gateway.upstream.answerEvents(WITH_USAGE);

        assertThat(stream(Chats.streamed()).body()).isEqualTo(WITHOUT_USAGE);
        assertThat(gateway.upstream.last().text())
                .isEqualTo(Chats.streamed().replaceFirst("\\{", "{\"stream_options\":{\"include_usage\":true},"));
        assertThat(cost()).isEqualTo("0.000009");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
    }

    @Test
    void case1TheOtherChunksLoseTheEmptyUsageThatComesWithIt() throws Exception {
        String said = Chats.text("say \\\",\\\"usage\\\":null");
        gateway.upstream.answerEvents(said.replace("}\n", ",\"usage\":null}\n") + Chats.usageChunk() + Chats.done());
        assertThat(stream(Chats.streamed()).body()).isEqualTo(said + Chats.done());
    }

    @Test
    void case1WhoAskedForUsageGetsItAndTheRequestIsNotTouched() throws Exception {
        gateway.upstream.answerEvents(WITH_USAGE);
        String question = Chats.question(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        assertThat(stream(question).body()).isEqualTo(WITH_USAGE);
        assertThat(gateway.upstream.last().text()).isEqualTo(question);
        assertThat(cost()).isEqualTo("0.000009");
    }

    @Test
    void case2TheLastUsageCountsAndCase37AChunkWithChoicesIsNotHidden() throws Exception {
        String events = Chats.chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],"
                        + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":1,\"total_tokens\":21}")
                + Chats.chunk("\"choices\":[]")
                + Chats.chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]," + Chats.usage())
                + Chats.done();
        gateway.upstream.answerEvents(events);

        assertThat(stream(Chats.streamed()).body()).isEqualTo(events);
        assertThat(cost()).isEqualTo("0.000009");
    }

    @Test
    void case3WithoutUsageTheTextIsEstimatedAndMarkedSo() throws Exception {
        gateway.upstream.answerEvents(WITHOUT_USAGE);

        assertThat(stream(Chats.streamed()).body()).isEqualTo(WITHOUT_USAGE);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens/output").asLong()).isPositive();
        assertThat(gateway.events(key)).endsWith("key.CallSettled");
    }

    @Test
    void case4AnUsageOfZerosCostsZero() throws Exception {
        gateway.upstream.answerEvents(Chats.text("x")
                + Chats.chunk(
                        "\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}")
                + Chats.done());
        stream(Chats.streamed());

        assertThat(gateway.end(key).at("/usage/status").asString()).isEqualTo("exact");
        assertThat(cost()).isEqualTo("0");
    }

    @Test
    void theSettlementIsDurableBeforeTheLastEventReachesTheClient() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(WITH_USAGE));
            out.flush();
            await(looked);
            out.write(end());
        });

        HttpResponse<InputStream> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(Chats.streamed()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        while (!"data: [DONE]".equals(lines.readLine())) {
            // the events before
        }
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
        assertThat(response.headers().firstValue("x-ratelimit-remaining-requests"))
                .contains("7");
        assertThat(response.headers().firstValue("x-auditor-budget-remaining")).isPresent();
        looked.countDown();
    }

    @Test
    void theHoldIsDurableBeforeTheFirstByteLeaves() throws Exception {
        gateway.upstream.answer((request, out) -> {
            if (!gateway.events(key).equals(java.util.List.of("key.CallAuthorised"))) {
                throw new IOException("it left too early");
            }
            out.write(ScriptedUpstream.stream(WITH_USAGE));
        });
        assertThat(stream(Chats.streamed()).statusCode()).isEqualTo(200);
    }

    @Test
    void eventsArriveAsTheyAreSent() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("first")));
            out.flush();
            await(seen);
            out.write(chunk(Chats.usageChunk() + Chats.done()));
            out.write(end());
        });
        HttpResponse<InputStream> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(Chats.streamed()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.body().readNBytes(Chats.text("first").length()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(Chats.text("first"));
        seen.countDown();
        assertThat(response.body().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(Chats.done());
    }

    @Test
    void case5WhoLeavesInTheMiddlePaysForWhatTheProviderCounted() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("first")));
            out.flush();
            await(left);
            for (int i = 0; i < 200; i++) {
                out.write(chunk(Chats.text("more")));
                out.flush();
                Thread.yield();
            }
            out.write(chunk(Chats.finish() + Chats.usageChunk() + Chats.done()));
            out.write(end());
        });
        leaveAfterTheFirstBytes();
        left.countDown();

        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void case5AStreamThatNobodyWaitsForIsReadOnlyForAWhile() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("first")));
            out.flush();
            await(left);
            // talks for ever, slowly
            while (true) {
                out.write(chunk(Chats.text("more")));
                out.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        });
        leaveAfterTheFirstBytes();
        left.countDown();

        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("client_left");
    }

    @Test
    void case6AStreamThatIsCutIsCutForTheClientTooAndEstimated() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("half of")));
            out.flush();
            throw new IOException("cut");
        });

        assertThatThrownBy(() -> stream(Chats.streamed())).isInstanceOf(IOException.class);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("failed_upstream");
    }

    @Test
    void case6And36AnErrorInsideOfAStreamIsPassedOnAndNothingIsMadeUp() throws Exception {
        String events = "event: error\ndata: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
        gateway.upstream.answerEvents(events);

        assertThat(stream(Chats.streamed()).body()).isEqualTo(events);
        assertThat(gateway.end(key).at("/end/outcome").asString()).isEqualTo("failed_upstream");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void case36GroqHidesItsUsage() throws Exception {
        gateway.upstream.answerEvents(Chats.text("x")
                + "data: {\"model\":\"llama-3.3-70b-versatile\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                + "\"x_groq\":{\"id\":\"req\",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":1000,\"total_tokens\":2000}}}\n\n"
                + Chats.done());
        String question = Chats.streamed().replace("gpt-4o-mini", "groq/llama-3.3-70b-versatile");
        assertThat(stream(question).statusCode()).isEqualTo(200);

        assertThat(gateway.upstream.last().line()).isEqualTo("POST /openai/v1/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().text()).contains("\"model\":\"llama-3.3-70b-versatile\"");
        // 0.59 and 0.79 per million
        assertThat(cost()).isEqualTo("0.00138");
    }

    @Test
    void case43CommentsAndCarriageReturnsPassAsTheyAre() throws Exception {
        String events = (": OPENROUTER PROCESSING\n\n" + WITH_USAGE).replace("\n", "\r\n");
        gateway.upstream.answerEvents(events);
        String seen = stream(Chats.streamed()).body();

        assertThat(seen).isEqualTo(events.replace(Chats.usageChunk().replace("\n", "\r\n"), ""));
        assertThat(cost()).isEqualTo("0.000009");
    }

    @Test
    void howeverTheNetworkCutsTheStreamTheClientSeesTheSameAndPaysTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] events = bytes(WITH_USAGE.replace("pong", "p😀ng"));
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            for (int at = 0; at < events.length; ) {
                int size = Math.min(events.length - at, 1 + random.nextInt(7));
                out.write(chunk(java.util.Arrays.copyOfRange(events, at, at + size)));
                out.flush();
                at += size;
            }
            out.write(end());
        });
        assertThat(stream(Chats.streamed()).body()).as("seed %d", seed).isEqualTo(WITHOUT_USAGE);
        assertThat(cost()).isEqualTo("0.000009");
    }

    @Test
    void aStreamThatEndsWithoutSayingSoIsSettledBeforeTheConnectionEnds() throws Exception {
        String events = Chats.text("x") + Chats.chunk("\"choices\":[{\"index\":0,\"delta\":{}}]," + Chats.usage());
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.stream(events.stripTrailing())));

        assertThat(stream(Chats.streamed()).body()).isEqualTo(events.stripTrailing());
        assertThat(gateway.end(key).at("/end/outcome").asString()).isEqualTo("completed");
        assertThat(cost()).isEqualTo("0.000009");
    }

    @Test
    void theCostComesAsACommentWhenItIsAskedFor() throws Exception {
        gateway.upstream.answerEvents(WITH_USAGE);
        HttpResponse<String> response = gateway.send(gateway.request(Chats.PATH, key)
                .header("x-auditor-cost", "comment")
                .POST(HttpRequest.BodyPublishers.ofString(Chats.streamed())));
        assertThat(response.body()).endsWith(": x-auditor-cost 0.000009\n\n" + Chats.done());
    }

    @Test
    void streamOrNotTheChargeIsTheSame() throws Exception {
        gateway.upstream.answerEvents(WITH_USAGE);
        stream(Chats.streamed());
        JsonNode streamed = gateway.end(key);
        GatewayForTests.Key other = gateway.key(hard("1"));
        gateway.upstream.answerJson(200, Chats.answer());
        gateway.post(Chats.PATH, other, Chats.question(""));
        JsonNode whole = gateway.end(other);

        assertThat(whole.get("charge")).isEqualTo(streamed.get("charge"));
        assertThat(whole.get("usage")).isEqualTo(streamed.get("usage"));
        assertThat(whole.at("/request/fingerprint")).isEqualTo(streamed.at("/request/fingerprint"));
    }

    private void leaveAfterTheFirstBytes() throws IOException {
        byte[] question = bytes(Chats.streamed());
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(bytes("POST " + Chats.PATH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.secret()
                            + "\r\nContent-Length: " + question.length + "\r\n\r\n"));
            socket.getOutputStream().write(question);
            assertThat(socket.getInputStream().readNBytes(200)).isNotEmpty();
            socket.setSoLinger(true, 0);
        }
    }

    static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
