package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the provider can do wrong, and what the ledger then says. The numbers in the names are those of the accounting cases. */
class BrokenUpstreamTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private HttpResponse<String> call() throws Exception {
        return gateway.post(Chats.PATH, key, Chats.question(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422, 429})
    void case21WhatWasRefusedBeforeInferenceCostsNothingAndPassesByteForByte(int status) throws Exception {
        String body = "{ \"error\" : {\"message\":\"no\", \"n\":1.10} }";
        gateway.upstream.answerJson(status, body);

        HttpResponse<String> response = call();
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallReleased");
        assertThat(gateway.lastEvent(key)
                        .at("/end/http_status")
                        .asInt(gateway.lastEvent(key).at("/end/httpStatus").asInt()))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 529})
    void case21WhatFailedAfterSendingIsUnresolvedAndPassesByteForByte(int status) throws Exception {
        gateway.upstream.answerJson(status, "overloaded, sorry");

        HttpResponse<String> response = call();
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("overloaded, sorry");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void aProviderThatCannotBeReachedCostsNothing() throws Exception {
        ScriptedUpstream gone = new ScriptedUpstream();
        gone.close();
        try (GatewayForTests other = new GatewayForTests(Map.of("OPENAI_BASE_URL", gone.url()))) {
            GatewayForTests.Key caller = other.key(hard("1"));
            HttpResponse<String> response = other.post(Chats.PATH, caller, Chats.question(""));
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("upstream_unreachable");
            assertThat(response.headers().firstValue("x-auditor-call-id")).isPresent();
            assertThat(other.events(caller)).containsExactly("key.CallAuthorised", "key.CallReleased");
        }
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsUnresolved() throws Exception {
        gateway.upstream.answer((request, out) -> {
            throw new IOException("gone");
        });
        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void aSilentProviderIsUnresolved() throws Exception {
        gateway.upstream.answer((request, out) -> LockSupport.parkNanos(4_000_000_000L));
        assertThat(call().statusCode()).isEqualTo(504);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
        assertThat(gateway.lastEvent(key).at("/end/outcome").asString()).isEqualTo("timed_out");
    }

    @Test
    void aBodyThatBreaksOffIsNotPassedOnAsIfItWereWhole() throws Exception {
        gateway.upstream.answer((request, out) -> {
            byte[] whole = ScriptedUpstream.json(200, Chats.answer());
            out.write(whole, 0, whole.length - 10);
            out.flush();
            throw new IOException("cut");
        });
        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void aRedirectIsNotFollowedAndNotPassedOn() throws Exception {
        gateway.upstream.answer((request, out) ->
                out.write(bytes("HTTP/1.1 307 X\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")));
        HttpResponse<String> response = call();
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("location")).isEmpty();
        assertThat(gateway.upstream.received()).hasSize(1);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallReleased");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "not json", "[]", "{\"choices\":[]}", "{\"usage\":{}}", "{\"usage\":null}", "{\"usage\":7}"})
    void anAnswerWithoutUsageAndTextIsUnknownAndNeverZero(String body) throws Exception {
        gateway.upstream.answerJson(200, body);
        HttpResponse<String> response = call();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.headers().firstValue("x-auditor-cost")).isEmpty();
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void aUsageThatContradictsItselfKeepsTheHold() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("\"prompt_tokens\":20", "\"prompt_tokens\":-20"));
        call();
        JsonNode expired = gateway.lastEvent(key);
        assertThat(gateway.events(key)).endsWith("key.HoldExpired");
        assertThat(expired.at("/usage/status").asString()).isEqualTo("invalid");
    }

    @Test
    void case16AModelThatOnlyTheAnswerNamesAndNobodyPricesIsNotZero() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "brand-new"));
        HttpResponse<String> response = call();
        assertThat(response.headers().firstValue("x-auditor-cost")).isEmpty();
        assertThat(gateway.events(key)).endsWith("key.CallSettled");
        assertThat(gateway.lastEvent(key).at("/charge/status").asString()).isEqualTo("unpriced");
    }

    @Test
    void case15TheModelOfTheAnswerDecidesThePrice() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"));
        // 20 × 2.50 + 10 × 10 per million
        assertThat(call().headers().firstValue("x-auditor-cost")).contains("0.00015");
        assertThat(gateway.lastEvent(key).at("/request/model").asString()).isEqualTo("gpt-4o-mini");
    }

    @Test
    void case22AContentFilterIsBilled() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("\"stop\"", "\"content_filter\""));
        assertThat(call().headers().firstValue("x-auditor-cost")).contains("0.000009");
    }

    @Test
    void anAnswerThatIsPackedAlthoughNobodyAskedIsReadAndPassedOnAsItIs() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes(Chats.answer()));
        }
        gateway.upstream.answer((request, out) -> {
            out.write(bytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                            + packed.size() + "\r\n\r\n"));
            out.write(packed.toByteArray());
        });
        HttpResponse<byte[]> response = gateway.http.send(
                gateway.request(Chats.PATH, key)
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(Chats.question("")))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(gateway.upstream.last().headers()).containsEntry("accept-encoding", "identity");
        assertThat(response.body()).isEqualTo(packed.toByteArray());
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.000009");
    }
}
