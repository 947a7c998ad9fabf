package ai.costauditor.gateway;

import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What must do no harm. The numbers in the names are those of the accounting cases. */
class RobustnessTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key();

    @BeforeEach
    void theProviderWouldAnswer() {
        gateway.upstream.answerJson(200, Chats.answer());
    }

    /** What comes back on a connection of its own, which ends with the answer. */
    private String raw(String head, String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(bytes(head + body));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String head(String more) {
        return "POST " + Chats.PATH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.secret()
                + "\r\nContent-Type: application/json\r\n" + more + "\r\n";
    }

    @Test
    void aSecondRequestThatHidesBehindTwoLengthsNeverReachesTheProvider() throws Exception {
        String smuggled = "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
        String question = Chats.question("");
        String inChunks = Integer.toHexString(question.length()) + "\r\n" + question + "\r\n0\r\n\r\n" + smuggled;
        raw(head("Content-Length: " + inChunks.length() + "\r\nTransfer-Encoding: chunked\r\n"), inChunks);
        raw(head("Content-Length: " + question.length() + "\r\nContent-Length: 5\r\n"), question + smuggled);
        raw(head("Transfer-Encoding: xchunked\r\n"), inChunks);
        raw(head("Transfer-Encoding: chunked, identity\r\n"), inChunks);
        raw(head("Transfer-Encoding : chunked\r\nContent-Length: 4\r\n"), inChunks);
        assertThat(gateway.upstream.received())
                .allSatisfy(request -> {
                    assertThat(request.line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
                    assertThat(request.headers()).doesNotContainKey("transfer-encoding");
                    assertThat(request.text()).isEqualTo(question);
                })
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void whatCannotBeReadIsRefusedInTheWordsOfTheSdkAndNotWithAPage() throws Exception {
        String large = "X-Large: " + "x".repeat(9_000) + "\r\n\r\n";
        String openAi = raw("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + large, "");
        String anthropic = raw("POST /v1/messages HTTP/1.1\r\nHost: x\r\n" + large, "");
        String gemini = raw("POST /gemini/v1beta/models/x:generateContent HTTP/1.1\r\nHost: x\r\n" + large, "");
        String bedrock = raw("POST /bedrock/model/x/converse HTTP/1.1\r\nHost: x\r\n" + large, "");
        String nothing = raw("\u0016\u0003\u0001 hello\r\n\r\n", "");
        assertThat(List.of(openAi, anthropic, gemini, bedrock, nothing)).allSatisfy(answer -> assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("content-type: application/json")
                .doesNotContain("<html"));
        // Tomcat has 501 and 505 for these, and they are not failures of this server
        assertThat(raw(head("Transfer-Encoding: xchunked\r\n"), "")).contains("\"code\":\"invalid_request\"");
        assertThat(raw("POST " + Chats.PATH + " HTTP/9.9\r\nHost: x\r\n\r\n", ""))
                .contains("\"code\":\"invalid_request\"");
        assertThat(openAi).contains("\"code\":\"invalid_request\"");
        assertThat(anthropic).contains("\"type\":\"invalid_request_error\"").contains("\"type\":\"error\"");
        assertThat(gemini).contains("INVALID_ARGUMENT");
        assertThat(bedrock).containsIgnoringCase("x-amzn-errortype: ValidationException");
        assertThat(nothing).contains("\"code\":\"invalid_request\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?a=1%0d%0aX-Evil:%201",
                "?a=%0d%0a%0d%0aGET%20/evil",
                "?%E0%A4%A",
            })
    void noLineBreakOfAQueryBecomesAHeaderOfTheProviders(String query) throws Exception {
        raw(
                head("Content-Length: " + Chats.question("").length() + "\r\n").replace(Chats.PATH, Chats.PATH + query),
                Chats.question(""));
        assertThat(gateway.upstream.received())
                .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("x-evil"))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aPercentSignThatEscapesNothingIsTheClientsMistake() throws Exception {
        String question = Chats.question("");
        assertThat(raw(
                        head("Connection: close\r\nContent-Length: " + question.length() + "\r\n")
                                .replace(Chats.PATH, Chats.PATH + "?%E0%A4%A"),
                        question))
                .startsWith("HTTP/1.1 400 ")
                .contains("invalid_request_error");
    }

    @Test
    void noLineBreakOfAModelBecomesAHeader() throws Exception {
        HttpResponse<String> response =
                gateway.post(Chats.PATH, key, Chats.question("").replace("gpt-4o-mini", "gpt-4o-mini\\r\\nX-Evil: 1"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void aRequestGoesWhereTheConfigurationSaysWhateverHostItNames() throws Exception {
        String question = Chats.question("");
        String answer = raw(
                head("Connection: close\r\nContent-Length: " + question.length() + "\r\n")
                        .replace("POST " + Chats.PATH, "POST http://169.254.169.254" + Chats.PATH)
                        .replace("Host: x", "Host: 169.254.169.254\r\nX-Forwarded-Host: 169.254.169.254"),
                question);
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().headers().get("host")).startsWith("127.0.0.1:");
        assertThat(gateway.upstream.last().headers()).doesNotContainKey("x-forwarded-host");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectLeadsNowhere(int status) throws Exception {
        gateway.upstream.answer((request, out) -> out.write(bytes("HTTP/1.1 " + status + " Elsewhere\r\nLocation: "
                + gateway.upstream.url() + "/metadata\r\nContent-Length: 0\r\n\r\n")));
        HttpResponse<String> response = gateway.post(Chats.PATH, key, Chats.question(""));
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("location")).isEmpty();
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "\"many\"", "1.5", "[]", "true"})
    void case29ALimitThatMakesNoSenseIsRefusedInTheSdksShape(String limit) throws Exception {
        HttpResponse<String> response = gateway.post(
                Chats.PATH, key, Chats.question("").replace("\"max_tokens\":100", "\"max_tokens\":" + limit));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"type\":\"invalid_request_error\"")
                .contains("max_tokens");
        HttpResponse<String> anthropic = gateway.post(
                "/v1/messages", key, "{\"model\":\"claude-sonnet-4-5\",\"messages\":[],\"max_tokens\":" + limit + "}");
        assertThat(anthropic.statusCode()).isEqualTo(400);
        assertThat(anthropic.body()).startsWith("{\"type\":\"error\"");
        assertThat(gateway.upstream.received()).isEmpty();
        assertThat(gateway.events(key)).isEmpty();
    }

    @Test
    void case29AHugeLimitIsHeldForAsMuchAsTheModelCanAnswer() throws Exception {
        String huge = Chats.question("").replace("\"max_tokens\":100", "\"max_tokens\":9" + "9".repeat(40));
        assertThat(gateway.post(Chats.PATH, key, huge).statusCode()).isEqualTo(200);
        assertThat(new java.math.BigDecimal(gateway.holdOf(key)))
                .isBetween(java.math.BigDecimal.ZERO, java.math.BigDecimal.ONE);
        assertThat(gateway.upstream.last().text()).isEqualTo(huge);
    }

    @Test
    void case29AThousandAnswersAndFieldsThatOccurTwiceAreRefused() throws Exception {
        for (String more : new String[] {",\"n\":1000", ",\"model\":\"gpt-4o\"", ",\"max_tokens\":1", ",\"n\":0"}) {
            HttpResponse<String> response = gateway.post(Chats.PATH, key, Chats.question(more));
            assertThat(response.statusCode()).as(more).isEqualTo(400);
            assertThat(response.body()).as(more).contains("invalid_request_error");
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void case29NestingWithoutEndIsRefused() throws Exception {
        String deep = Chats.question(",\"tools\":" + "[".repeat(200_000) + "]".repeat(200_000));
        assertThat(gateway.post(Chats.PATH, key, deep).statusCode()).isEqualTo(400);
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void case29UsageAndCostThatAClientSendsCountForNothing() throws Exception {
        String claimed = Chats.question(",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0},\"cost\":0");
        assertThat(gateway.post(Chats.PATH, key, claimed).body()).isEqualTo(Chats.answer());
        assertThat(gateway.upstream.last().text()).isEqualTo(claimed);
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void case29AnAnswerThatUnpacksToMuchMoreThanIsKeptPassesAndStaysOpen() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes("{\"choices\":[],\"filler\":\""));
            byte[] zeros = new byte[1024 * 1024];
            Arrays.fill(zeros, (byte) '0');
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }
        gateway.upstream.answer((request, out) -> {
            out.write(bytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + packed.size() + "\r\n\r\n"));
            out.write(packed.toByteArray());
        });
        HttpResponse<byte[]> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(Chats.question("")))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).isEqualTo(packed.toByteArray());
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void anEventThatNeverEndsPassesInPieces() throws Exception {
        byte[] filler = new byte[1024 * 1024];
        Arrays.fill(filler, (byte) 'x');
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk("data: "));
            for (int i = 0; i < 40; i++) {
                out.write(chunk(filler));
            }
            out.write(chunk("\n\n" + Chats.usageChunk() + Chats.done()));
            out.write(end());
        });
        HttpResponse<InputStream> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(
                                Chats.question(",\"stream\":true,\"stream_options\":{\"include_usage\":true}")))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        long length = response.body().transferTo(java.io.OutputStream.nullOutputStream());
        assertThat(length)
                .isEqualTo(6
                        + 40L * filler.length
                        + 2
                        + Chats.usageChunk().length()
                        + Chats.done().length());
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void case8AReaderThatDoesNotReadHoldsUpTheProviderAndNotOurMemory() throws Exception {
        AtomicLong sent = new AtomicLong();
        byte[] text = chunk(Chats.text("x".repeat(60_000)));
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            for (int i = 0; i < 4_000; i++) {
                out.write(text);
                sent.addAndGet(text.length);
            }
        });
        byte[] question = bytes(Chats.streamed());
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", gateway.port()));
            socket.getOutputStream().write(bytes(head("Content-Length: " + question.length + "\r\n")));
            socket.getOutputStream().write(question);
            long[] before = {-1};
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        boolean still = sent.get() > 0 && sent.get() == before[0];
                        before[0] = sent.get();
                        return still;
                    });
            // what fits into the sockets' buffers, of 240 MB that wait
            assertThat(sent.get()).isLessThan(32L * 1024 * 1024);
            socket.setSoLinger(true, 0);
        }
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("client_left");
    }
}
