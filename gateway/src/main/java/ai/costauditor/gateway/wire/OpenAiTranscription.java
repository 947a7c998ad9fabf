package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's transcriptions and translations of sound. They are billed by the second or by tokens, and answers of JSON tell
 * which; plain text and subtitles tell nothing, so the length of the file is measured.
 */
public final class OpenAiTranscription implements WireFormat {

    /** One for each tenth of a second (developers.openai.com, guides/realtime-costs). */
    private static final long TOKENS_A_SECOND = 10;

    /** Twice as many words as a fast speaker says. */
    private static final long MOST_WORDS_AS_TOKENS_A_SECOND = 12;

    private static final long SHORTEST_LIMIT = 2_048;

    private static final Set<String> ANSWER = Set.of("text", "usage", "duration", "segments");

    private final String endpoint;

    private OpenAiTranscription(String endpoint) {
        this.endpoint = endpoint;
    }

    public static OpenAiTranscription transcriptions() {
        return new OpenAiTranscription("audio.transcriptions");
    }

    public static OpenAiTranscription translations() {
        return new OpenAiTranscription("audio.translations");
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestBody parse(byte[] bytes, @Nullable String contentType) {
        return Multipart.read(bytes, contentType);
    }

    @Override
    public RequestFacts read(RequestBody body) {
        RequestBody.Field file = file(body);
        BigDecimal seconds = wholeSeconds(AudioLength.bound(body.bytes(), file.from(), file.to()));
        long most = seconds.longValueExact();
        return new RequestFacts(
                        body,
                        body.model(),
                        body.flag("stream"),
                        TokenBound.OF_A_CALL + body.textBytes("prompt") + most * TOKENS_A_SECOND * 2,
                        false,
                        RequestFacts.estimate(body.textBytes("prompt")),
                        Math.max(SHORTEST_LIMIT, most * MOST_WORDS_AS_TOKENS_A_SECOND),
                        0,
                        1,
                        null,
                        true)
                .orBilledBy(List.of(Map.of("audio_seconds", seconds)));
    }

    /** An address of a file elsewhere cannot be measured. */
    private static RequestBody.Field file(RequestBody body) {
        RequestBody.Field file = body.field("file");
        if (file == null || file.token() != JsonToken.VALUE_EMBEDDED_OBJECT) {
            throw new BadRequest("missing required file: 'file'");
        }
        return file;
    }

    private static BigDecimal wholeSeconds(double seconds) {
        return BigDecimal.valueOf(seconds).setScale(0, RoundingMode.CEILING).max(BigDecimal.ONE);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new TranscriptionMeter(facts);
    }

    private static final class TranscriptionMeter implements Meter {

        private final RequestFacts facts;
        private Usage usage = Usage.unknown();
        private long textBytes;
        private End end = End.OPEN;

        TranscriptionMeter(RequestFacts facts) {
            this.facts = facts;
        }

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            textBytes += body.length > 0 && body[0] == '{' ? Json.textBytes(root.path("text")) : body.length;
            take(root);
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.parse(event.data());
            String type = root.path("type").asString("");
            textBytes += Json.textBytes(root.path("delta"));
            if (type.equals("error") || root.hasNonNull("error")) {
                end = End.FAILED;
            } else if (type.equals("transcript.text.done")) {
                end = End.COMPLETE;
                take(root);
                return Pass.LAST;
            }
            return Pass.ON;
        }

        /** Who tells no usage may tell how long the sound was: whole seconds of it are billed. */
        private void take(JsonNode root) {
            JsonNode block = root.path("usage");
            JsonNode duration = root.path("duration");
            if (block.isObject() && !block.isEmpty()) {
                usage = Usages.transcription(block);
            } else if (duration.isNumber() && !facts.billedUnits().isEmpty()) {
                BigDecimal seconds = duration.decimalValue().setScale(0, RoundingMode.CEILING);
                usage = Usages.seconds(Usage.Status.EXACT, seconds, "{\"duration\":" + duration + "}");
            }
        }

        @Override
        public Reading reading() {
            boolean isSilent = usage.status() == Usage.Status.UNKNOWN && textBytes > 0;
            return new Reading(null, null, isSilent ? estimated() : usage, List.of(), 0, end);
        }

        private Usage estimated() {
            RequestBody.Field file = file(facts.body());
            BigDecimal seconds = wholeSeconds(AudioLength.estimate(facts.body().bytes(), file.from(), file.to()));
            if (!facts.billedUnits().isEmpty()) {
                return Usages.seconds(Usage.Status.ESTIMATED, seconds, null);
            }
            return new Usage(
                    Usage.Status.ESTIMATED,
                    Map.of(
                            TokenKind.INPUT, facts.inputEstimate(),
                            TokenKind.INPUT_AUDIO, seconds.longValueExact() * TOKENS_A_SECOND,
                            TokenKind.OUTPUT, RequestFacts.estimate(textBytes)),
                    Map.of(),
                    null);
        }
    }
}
