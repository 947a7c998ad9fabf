package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** OpenAI's transcriptions: by the second or by tokens, told or measured. */
class TranscriptionTest {

    private static final String PATH = "/v1/audio/transcriptions";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private static Form sound(String model) {
        return new Form().file("file", "speech.wav", Sounds.wav(60)).text("model", model);
    }

    private void answerText(String text) {
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.bytes("HTTP/1.1 200 OK\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + text.length() + "\r\n\r\n" + text)));
    }

    @Test
    void case14SecondsThatTheAnswerTellsAreBilledAndTheHoldIsTheLengthOfTheFile() throws Exception {
        String answer = "{\"text\":\"Imagine\",\"usage\":{\"type\":\"duration\",\"seconds\":59}}";
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = gateway.post(PATH, key, sound("whisper-1"));
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.0059");
        assertThat(gateway.upstream.last().body()).isEqualTo(sound("whisper-1").bytes());
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/units/audio_seconds").asInt()).isEqualTo(59);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(gateway.holdOf(key)).isEqualTo("0.006");
    }

    @Test
    void case14TokensOfSoundAndTextAreBilledApart() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"text\":\"Imagine\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":614,\"input_token_details\":"
                        + "{\"text_tokens\":14,\"audio_tokens\":600},\"output_tokens\":45,\"total_tokens\":659}}");
        HttpResponse<String> response = gateway.post(PATH, key, sound("gpt-4o-transcribe"));
        // 14 × 2.5 + 600 × 6 + 45 × 10 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.004085");
        assertThat(gateway.end(key).at("/usage/tokens/input_audio").asLong()).isEqualTo(600);
    }

    @Test
    void subtitlesTellNoUsageSoTheFileIsMeasured() throws Exception {
        answerText("1\n00:00:00,000 --> 00:00:04,000\nImagine\n\n");
        HttpResponse<String> response =
                gateway.post(PATH, key, sound("whisper-1").text("response_format", "srt"));
        assertThat(response.body()).endsWith("Imagine\n\n");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/units/audio_seconds").asInt()).isEqualTo(60);
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.006");
    }

    @Test
    void textOfAModelThatIsBilledByTokensIsEstimatedInTokens() throws Exception {
        answerText("Imagine all the people");
        gateway.post(PATH, key, sound("gpt-4o-transcribe").text("response_format", "text"));
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens/input_audio").asLong()).isEqualTo(600);
        assertThat(settled.at("/usage/tokens/output").asLong()).isEqualTo(6);
    }

    @Test
    void whoTellsOnlyTheDurationIsBilledByIt() throws Exception {
        gateway.upstream.answerJson(
                200, "{\"task\":\"transcribe\",\"duration\":8.47,\"text\":\"Imagine\",\"segments\":[]}");
        gateway.post(
                "/groq/v1/audio/transcriptions",
                key,
                sound("whisper-large-v3").text("response_format", "verbose_json"));
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/units/audio_seconds").asInt()).isEqualTo(9);
        // ten seconds at least, at 0.111 an hour
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000308333333");
    }

    @Test
    void mistralsTokensBesideTheSecondsCostNothing() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"model\":\"voxtral-mini-2602\",\"text\":\"Imagine\",\"usage\":{\"prompt_audio_seconds\":60,\"prompt_tokens\":4,"
                        + "\"total_tokens\":800,\"completion_tokens\":35}}");
        gateway.post(PATH, key, sound("whisper-1"));
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/units/audio_seconds").asInt()).isEqualTo(60);
        assertThat(settled.at("/usage/tokens").size()).isZero();
    }

    @Test
    void aStreamOfTextEndsWithItsUsage() throws Exception {
        String events = "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Imagine\"}\n\n"
                + "data: {\"type\":\"transcript.text.done\",\"text\":\"Imagine\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":600,"
                + "\"input_token_details\":{\"text_tokens\":0,\"audio_tokens\":600},\"output_tokens\":45,\"total_tokens\":645}}\n\n";
        gateway.upstream.answerEvents(events);
        HttpResponse<String> response =
                gateway.post(PATH, key, sound("gpt-4o-transcribe").text("stream", "true"));
        assertThat(response.body()).isEqualTo(events);
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.00405");
        assertThat(gateway.end(key).at("/request/stream").asBoolean()).isTrue();
    }

    @Test
    void translationsAreTheirOwnEndpoint() throws Exception {
        gateway.upstream.answerJson(200, "{\"text\":\"Hello\",\"usage\":{\"type\":\"duration\",\"seconds\":60}}");
        gateway.post("/v1/audio/translations", key, sound("whisper-1"));
        assertThat(gateway.end(key).at("/request/endpoint").asString()).isEqualTo("audio.translations");
    }

    @Test
    void aFormWithoutItsFileIsRefused() throws Exception {
        HttpResponse<String> response = gateway.post(PATH, key, new Form().text("model", "whisper-1"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("missing required file: 'file'");
    }
}
