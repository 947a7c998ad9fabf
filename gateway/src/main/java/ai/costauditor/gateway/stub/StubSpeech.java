package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.map;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Speech: silence, three frames of MP3 (78 ms) for each character, or as much raw sound. */
final class StubSpeech extends StubMedia {

    private static final int FRAMES_OF_A_CHARACTER = 3;
    private static final int MOST_FRAMES = 30_000;

    /** Output tokens of a character, as the stub counts them. */
    private static final int TOKENS_OF_A_CHARACTER = 2;

    /** Silence of 1,152 samples at 44,100 a second and 128 kbit/s. */
    private static final byte[] FRAME = frame();

    private static byte[] frame() {
        byte[] frame = new byte[417];
        frame[0] = (byte) 0xFF;
        frame[1] = (byte) 0xFB;
        frame[2] = (byte) 0x90;
        return frame;
    }

    private boolean sse;
    private int characters;

    /** The sound itself comes in pieces as well. */
    @Override
    public ObjectNode asked(ObjectNode asked) {
        sse = "sse".equals(asked.path("stream_format").asString(""));
        characters = asked.path("input").asString("").length();
        return super.asked(asked).put("stream", true);
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public String streamType() {
        return sse
                ? "text/event-stream; charset=utf-8"
                : switch (request.path("response_format").asString("mp3")) {
                    case "pcm" -> "audio/pcm";
                    case "wav" -> "audio/wav";
                    default -> "audio/mpeg";
                };
    }

    @Override
    public String body(StubAnswer answer) {
        throw new IllegalStateException("speech always comes in pieces");
    }

    @Override
    public List<byte[]> frames(StubAnswer a) {
        int frames = Math.min(MOST_FRAMES, characters * FRAMES_OF_A_CHARACTER);
        List<byte[]> sound = Collections.nCopies(Math.max(1, frames / 8), eight());
        return sse ? events(a, sound) : sound;
    }

    private static byte[] eight() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Collections.nCopies(8, FRAME).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private List<byte[]> events(StubAnswer a, List<byte[]> sound) {
        Stream<String> deltas = sound.stream()
                .map(piece -> event(map(
                        "type",
                        "speech.audio.delta",
                        "audio",
                        Base64.getEncoder().encodeToString(piece))));
        return Stream.concat(deltas, Stream.of(end(a)))
                .map(event -> event.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private String end(StubAnswer a) {
        if (a.wish().errorInStream()) {
            return failure();
        }
        long output = a.wish().zeroUsage() ? 0 : (long) characters * TOKENS_OF_A_CHARACTER;
        Object usage = map(
                "input_tokens", a.promptTokens(), "output_tokens", output, "total_tokens", a.promptTokens() + output);
        return event(with(map("type", "speech.audio.done"), "usage", a.wish().omitUsage() ? null : usage));
    }
}
