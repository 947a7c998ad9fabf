package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What of a request reaches the provider, and what of it is recorded. */
class HeadersTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    @BeforeEach
    void theProviderAnswers() {
        gateway.upstream.answerJson(200, Chats.answer());
    }

    private HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(Chats.question("")));
    }

    @ParameterizedTest
    @CsvSource({
        "X-Virtual-Key,",
        "x-api-key,",
        "api-key,",
        "x-goog-api-key,",
        "Authorization,Bearer",
        "Authorization,bearer",
        "Authorization,"
    })
    void aKeyIsFoundWhereverAnSdkPutsItAndNeverForwarded(String header, String scheme) throws Exception {
        String value = scheme == null ? key.secret() : scheme + " " + key.secret();
        HttpResponse<String> response = gateway.send(anonymous(Chats.PATH).header(header, value));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().headers())
                .doesNotContainKeys("x-virtual-key", "x-api-key", "api-key", "x-goog-api-key")
                .containsEntry("authorization", "Bearer sk-upstream-openai");
        assertThat(gateway.upstream.last().headers().toString()).doesNotContain(key.secret());
    }

    @Test
    void aKeyInTheQueryIsTakenOutAndTheRestOfTheQueryStays() throws Exception {
        HttpResponse<String> response =
                gateway.send(anonymous(Chats.PATH + "?beta=true&key=" + key.secret() + "&x=a%20b"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1/chat/completions?beta=true&x=a%20b HTTP/1.1");
    }

    @Test
    void otherCredentialsBesideTheKeyAreDropped() throws Exception {
        HttpResponse<String> response = gateway.send(
                anonymous(Chats.PATH).header("X-Virtual-Key", key.secret()).header("Authorization", "Bearer sk-own"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().headers()).containsEntry("authorization", "Bearer sk-upstream-openai");
    }

    @Test
    void theSameKeyTwiceIsOneKey() throws Exception {
        assertThat(gateway.send(anonymous(Chats.PATH)
                                .header("X-Virtual-Key", key.secret())
                                .header("Authorization", "Bearer " + key.secret()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void hopByHopAndIdentityHeadersAreDroppedAndUnknownOnesPass() throws Exception {
        byte[] question = bytes(Chats.question(""));
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(bytes("POST " + Chats.PATH + " HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer "
                            + key.secret()
                            + "\r\nConnection: close, X-Secret-Hop\r\nX-Secret-Hop: 1\r\nTE: trailers\r\nX-Forwarded-For: 10.0.0.1\r\n"
                            + "Forwarded: for=10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\nCookie: session=1\r\nAccept-Encoding: gzip, br\r\n"
                            + "X-Auditor-Tags: team=a\r\nanthropic-beta: x\r\nOpenAI-Organization: org-1\r\nX-Unknown: 1\r\nX-Unknown: 2\r\n"
                            + "Content-Length: " + question.length + "\r\n\r\n"));
            socket.getOutputStream().write(question);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
        Map<String, String> seen = gateway.upstream.last().headers();
        assertThat(seen)
                .doesNotContainKeys(
                        "x-secret-hop",
                        "te",
                        "x-forwarded-for",
                        "forwarded",
                        "x-real-ip",
                        "cookie",
                        "x-auditor-tags",
                        "transfer-encoding")
                .containsEntry("accept-encoding", "identity")
                .containsEntry("anthropic-beta", "x")
                .containsEntry("openai-organization", "org-1")
                .containsEntry("x-unknown", "2")
                .containsEntry("content-length", Integer.toString(question.length));
        assertThat(seen.get("host")).startsWith("127.0.0.1:");
    }

    @Test
    void twoLengthsAreRefused() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(bytes("POST " + Chats.PATH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.secret()
                            + "\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}"));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 400");
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void whatTheClientClaimsIsRecordedAsAClaimAndBounded() throws Exception {
        gateway.send(gateway.request(Chats.PATH, key)
                .header("X-Auditor-Tags", "team=search, feature=ranking")
                .header("Helicone-Property-App", "web")
                .header("x-claude-code-session-id", "s-1")
                .header("X-Stainless-Retry-Count", "2")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .POST(HttpRequest.BodyPublishers.ofString(
                        Chats.question(",\"user\":\"" + "u".repeat(5000) + "\",\"metadata\":{\"order\":\"7\"}"))));
        JsonNode claims = gateway.end(key).at("/request/claims");
        assertThat(claims.path("tag.team").asString()).isEqualTo("search");
        assertThat(claims.path("tag.feature").asString()).isEqualTo("ranking");
        assertThat(claims.path("tag.app").asString()).isEqualTo("web");
        assertThat(claims.path("session").asString()).isEqualTo("s-1");
        assertThat(claims.path("retry").asString()).isEqualTo("2");
        assertThat(claims.path("traceparent").asString()).startsWith("00-4bf9");
        assertThat(claims.path("metadata.order").asString()).isEqualTo("7");
        assertThat(claims.path("user").asString()).hasSize(160);
    }

    @Test
    void aProviderInThePathOrInFrontOfTheModelIsTheOne() throws Exception {
        gateway.send(gateway.request("/groq" + Chats.PATH, key)
                .POST(HttpRequest.BodyPublishers.ofString(
                        Chats.question("").replace("gpt-4o-mini", "llama-3.1-8b-instant"))));
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /openai/v1/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().headers()).containsEntry("authorization", "Bearer gsk-upstream");

        gateway.send(gateway.request(Chats.PATH, key)
                .POST(HttpRequest.BodyPublishers.ofString(
                        Chats.question("").replace("gpt-4o-mini", "openai/gpt-4o-mini"))));
        assertThat(gateway.upstream.last().text()).isEqualTo(Chats.question(""));
        assertThat(gateway.end(key).at("/request/model").asString()).isEqualTo("gpt-4o-mini");
    }
}
