package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's speech: the answer is the sound itself, or events with sound in them. Older models are billed by the characters
 * of the text; newer ones by tokens, which only the events tell: of plain sound they are estimated by its length.
 */
public final class OpenAiSpeech implements WireFormat {

    /** About 1,250 tokens a minute: 0.015 dollars, as OpenAI says, at 12 dollars a million. */
    private static final double TOKENS_A_SECOND = 20.8;

    /** A second for each character is slower than anyone speaks. */
    private static final long MOST_TOKENS_A_CHARACTER = 21;

    private static final long MOST_TOKENS_OF_SILENCE = 1_024;

    /** Raw samples of 16 bits, 24,000 a second (developers.openai.com, guides/text-to-speech). */
    private static final double PCM_BYTES_A_SECOND = 48_000;

    /** Enough for the head of a file, which tells its bit rate. */
    private static final int HEAD = 64 * 1024;

    @Override
    public String endpoint() {
        return "audio.speech";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        String text = body.string("input");
        if (text == null) {
            throw new BadRequest("missing required parameter: 'input'");
        }
        long characters = text.codePointCount(0, text.length());
        return new RequestFacts(
                        body,
                        body.model(),
                        "sse".equals(body.string("stream_format")),
                        TokenBound.OF_A_CALL + body.textBytes("input", "instructions"),
                        true,
                        RequestFacts.estimate(body.textBytes("input", "instructions")),
                        characters * MOST_TOKENS_A_CHARACTER + MOST_TOKENS_OF_SILENCE,
                        0,
                        1,
                        null,
                        true)
                .orBilledBy(List.of(Map.of("characters", BigDecimal.valueOf(characters))));
    }

    @Override
    public @Nullable EventSplitter splitter(String contentType) {
        if (contentType.startsWith("text/event-stream")) {
            return new SseSplitter();
        }
        return contentType.startsWith("application/json") ? null : new RawSplitter();
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new SpeechMeter(facts);
    }

    private static final class SpeechMeter implements Meter {

        private final RequestFacts facts;
        private final ByteArrayOutputStream head = new ByteArrayOutputStream();
        private Usage told = Usage.unknown();
        private long bytes;
        private End end = End.OPEN;

        SpeechMeter(RequestFacts facts) {
            this.facts = facts;
        }

        @Override
        public void body(byte[] body) {
            take(Json.parse(body, 0, body.length));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return sound(event.raw());
            }
            JsonNode root = Json.parse(event.data());
            String type = root.path("type").asString("");
            if (type.equals("error") || root.hasNonNull("error")) {
                end = End.FAILED;
            } else if (type.equals("speech.audio.done")) {
                end = End.COMPLETE;
                take(root);
                return Pass.LAST;
            } else {
                bytes += Json.textBytes(root.path("audio")) * 3 / 4;
            }
            return Pass.ON;
        }

        /** Comments and the empty lines between events are no sound, but they are few. */
        private Pass sound(byte[] piece) {
            if (facts.stream()) {
                return Pass.ON;
            }
            if (head.size() < HEAD) {
                head.write(piece, 0, Math.min(piece.length, HEAD - head.size()));
            }
            bytes += piece.length;
            return Pass.PERHAPS_LAST;
        }

        private void take(JsonNode root) {
            JsonNode block = root.path("usage");
            if (block.isObject() && !block.isEmpty()) {
                told = Usages.openAiSpeech(block);
            }
        }

        @Override
        public Reading reading() {
            return new Reading(null, null, usage(), List.of(), 0, end);
        }

        private Usage usage() {
            Map<String, BigDecimal> characters = facts.billedUnits();
            if (!characters.isEmpty() && (bytes > 0 || told.status() != Usage.Status.UNKNOWN)) {
                return new Usage(Usage.Status.EXACT, Map.of(), characters, told.raw());
            }
            return told.status() == Usage.Status.UNKNOWN && bytes > 0 ? estimated() : told;
        }

        private Usage estimated() {
            long output = (long) Math.ceil(seconds() * TOKENS_A_SECOND);
            return new Usage(
                    Usage.Status.ESTIMATED,
                    Map.of(TokenKind.INPUT, facts.inputEstimate(), TokenKind.OUTPUT_AUDIO, output),
                    Map.of(),
                    null);
        }

        private double seconds() {
            String format = facts.body().string("response_format");
            if ("pcm".equals(format)) {
                return bytes / PCM_BYTES_A_SECOND;
            }
            byte[] start = head.toByteArray();
            double ofHead = AudioLength.estimate(start, 0, start.length);
            return start.length == 0 ? bytes / PCM_BYTES_A_SECOND : ofHead * bytes / start.length;
        }
    }
}
