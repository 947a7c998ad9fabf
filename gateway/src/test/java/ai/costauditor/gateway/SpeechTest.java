package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** OpenAI's speech: sound that passes through, billed by characters or by tokens. */
class SpeechTest {

    private static final byte[] SOUND = Sounds.mp3(100);

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private static byte[] head(String type) {
        return ScriptedUpstream.bytes(
                "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    /** The sound in three pieces. */
    private void answerSound() {
        gateway.upstream.answer((request, out) -> {
            out.write(head("audio/mpeg"));
            for (int from = 0; from < SOUND.length; from += 16_384) {
                int to = Math.min(SOUND.length, from + 16_384);
                out.write(ScriptedUpstream.chunk(java.util.Arrays.copyOfRange(SOUND, from, to)));
                out.flush();
            }
            out.write(ScriptedUpstream.end());
        });
    }

    private byte[] speak(String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = gateway.request("/v1/audio/speech", key);
        HttpResponse<byte[]> response = gateway.http.send(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return response.body();
    }

    @Test
    void case14SpeechIsBilledByCharactersAndTheSoundIsWhatCame() throws Exception {
        answerSound();
        byte[] heard = speak("{\"model\":\"tts-1\",\"voice\":\"alloy\",\"input\":\"Grüße 🎈\"}");
        assertThat(heard).isEqualTo(SOUND);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/units/characters").asInt()).isEqualTo(7);
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000105");
        assertThat(gateway.holdOf(key)).isEqualTo("0.000105");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("completed");
    }

    @Test
    void soundThatTellsNoTokensIsEstimatedByItsLength() throws Exception {
        answerSound();
        speak("{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"alloy\",\"input\":\"Hello\"}");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        // 100 frames of 26.12 ms: 2.6 s at 20.8 tokens a second
        assertThat(settled.at("/usage/tokens/output_audio").asLong()).isBetween(54L, 56L);
        assertThat(settled.at("/charge/status").asString()).isEqualTo("priced");
    }

    @Test
    void eventsWithSoundTellTheirTokens() throws Exception {
        String events = "data: {\"type\":\"speech.audio.delta\",\"audio\":\"aGVsbG8=\"}\n\n"
                + "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":14,\"output_tokens\":101,\"total_tokens\":115}}\n\n";
        gateway.upstream.answerEvents(events);
        byte[] heard = speak(
                "{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"alloy\",\"input\":\"Hello\",\"stream_format\":\"sse\"}");
        assertThat(heard).asString().isEqualTo(events);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        // 14 × 0.6 + 101 × 12 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.0012204");
    }

    @Test
    void soundThatBreaksOffIsSettledAndTheClientSeesTheBreak() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(head("audio/mpeg"));
            out.write(ScriptedUpstream.chunk(SOUND));
            out.flush();
            throw new IOException("the provider goes away");
        });
        try {
            speak("{\"model\":\"tts-1\",\"voice\":\"alloy\",\"input\":\"Hello\"}");
        } catch (IOException e) {
            assertThat(e).as("a broken answer never looks whole").isNotNull();
        }
        assertThat(gateway.end(key).at("/end/outcome").asString()).isEqualTo("failed_upstream");
    }

    @Test
    void aSpeechTooDearForTheBudgetIsNotSent() throws Exception {
        gateway.upstream.answerJson(500, "{}");
        String answer = new String(
                speak("{\"model\":\"tts-1-hd\",\"voice\":\"alloy\",\"input\":\"" + "x".repeat(40_000) + "\"}"));
        assertThat(answer).contains("insufficient_quota").contains("\"worst_case_cost\":\"1.2\"");
        assertThat(gateway.upstream.received()).isEmpty();
    }
}
