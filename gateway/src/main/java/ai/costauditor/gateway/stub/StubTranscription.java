package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Transcriptions: always the same words, and a second for each 16,000 bytes of the file. */
final class StubTranscription extends StubMedia {

    private static final String TEXT = "This answer comes from the stub provider.";
    private static final int BYTES_A_SECOND = 16_000;
    private static final int TOKENS_A_SECOND = 10;
    private static final int TOKENS_OF_THE_TEXT = 9;
    private static final Pattern BY_THE_SECOND = Pattern.compile("whisper|stub-transcribe");

    private int seconds() {
        return Math.max(1, (request.path(StubForm.BYTES).asInt(0) + BYTES_A_SECOND - 1) / BYTES_A_SECOND);
    }

    private String format() {
        return request.path("response_format").asString("json");
    }

    @Override
    public String contentType() {
        return format().endsWith("json") ? "application/json" : "text/plain; charset=utf-8";
    }

    @Override
    public boolean streams() {
        return !BY_THE_SECOND.matcher(request.path("model").asString("")).find();
    }

    @Override
    public String body(StubAnswer a) {
        return switch (format()) {
            case "text" -> TEXT + "\n";
            case "srt" -> "1\n00:00:00,000 --> 00:00:01,000\n" + TEXT + "\n\n\n";
            case "vtt" -> "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n" + TEXT + "\n\n";
            case "verbose_json" -> json(with(verbose(), "usage", usage(a)));
            default -> json(with(map("text", TEXT), "usage", usage(a)));
        };
    }

    private Map<String, Object> verbose() {
        return map(
                "task",
                "transcribe",
                "language",
                "english",
                "duration",
                seconds(),
                "text",
                TEXT,
                "segments",
                List.of());
    }

    @Override
    public List<String> events(StubAnswer a) {
        return List.of(
                event(map("type", "transcript.text.delta", "delta", TEXT)),
                a.wish().errorInStream()
                        ? failure()
                        : event(with(map("type", "transcript.text.done", "text", TEXT), "usage", usage(a))));
    }

    private @Nullable Object usage(StubAnswer a) {
        if (a.wish().omitUsage()) {
            return null;
        }
        int seconds = a.wish().zeroUsage() ? 0 : seconds();
        if (BY_THE_SECOND.matcher(a.model()).find()) {
            return map("type", "duration", "seconds", seconds);
        }
        int input = seconds * TOKENS_A_SECOND;
        int output = a.wish().zeroUsage() ? 0 : TOKENS_OF_THE_TEXT;
        return map(
                "type",
                "tokens",
                "input_tokens",
                input,
                "input_token_details",
                map("text_tokens", 0, "audio_tokens", input),
                "output_tokens",
                output,
                "total_tokens",
                input + output);
    }
}
