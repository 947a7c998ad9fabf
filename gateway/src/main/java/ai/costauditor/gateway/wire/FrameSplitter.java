package ai.costauditor.gateway.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Cuts {@code application/vnd.amazon.eventstream} into its frames: the length of each stands in its first four bytes. An
 * event is named as its frame is, and {@link #EXCEPTION} if the frame is one; its data is the payload, which is JSON.
 */
public final class FrameSplitter implements EventSplitter {

    /** Name of a frame that ends a stream with an error. */
    static final String EXCEPTION = "exception";

    /** Two lengths and three checksums, and nothing else. */
    private static final int SHORTEST_FRAME = 16;

    /** The format's own limit is 16 MB of payload and 128 KB of headers. */
    private static final int LONGEST_FRAME = 17 * 1024 * 1024;

    private byte[] held = {};
    private int length;

    /** Something that is no frame has come: the rest passes unread. */
    private boolean lost;

    /** @return null if an answer of this type is no stream */
    static @Nullable EventSplitter of(String contentType) {
        return contentType.startsWith("application/vnd.amazon.eventstream") ? new FrameSplitter() : null;
    }

    @Override
    public void feed(byte[] bytes, int count, Consumer<SseEvent> events) {
        hold(bytes, count);
        int from = 0;
        while (!lost && length - from >= Integer.BYTES) {
            int frame = ByteBuffer.wrap(held, from, Integer.BYTES).getInt();
            lost = frame < SHORTEST_FRAME || frame > LONGEST_FRAME;
            if (lost || length - from < frame) {
                break;
            }
            events.accept(event(Arrays.copyOfRange(held, from, from + frame)));
            from += frame;
        }
        if (from > 0) {
            held = Arrays.copyOfRange(held, from, length);
            length = held.length;
        }
        if (lost && length > 0) {
            events.accept(rest());
        }
    }

    private void hold(byte[] bytes, int count) {
        if (length + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, length + count));
        }
        System.arraycopy(bytes, 0, held, length, count);
        length += count;
    }

    /** A frame whose checksums are wrong is the client's to refuse, and tells us nothing. */
    private static SseEvent event(byte[] raw) {
        try {
            Message frame = Message.decode(ByteBuffer.wrap(raw));
            Map<String, HeaderValue> headers = frame.getHeaders();
            String name =
                    "event".equals(text(headers.get(":message-type"))) ? text(headers.get(":event-type")) : EXCEPTION;
            return new SseEvent(raw, name, new String(frame.getPayload(), StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            return new SseEvent(raw, "", "");
        }
    }

    private static String text(@Nullable HeaderValue header) {
        return header == null ? "" : header.getString();
    }

    @Override
    public SseEvent rest() {
        byte[] raw = Arrays.copyOf(held, length);
        length = 0;
        return new SseEvent(raw, "", "");
    }

    /** A frame that SDKs do not know is an event of theirs, and not passed over by all of them. */
    @Override
    public byte[] comment(String text) {
        return new byte[0];
    }

    @Override
    public byte[] error(byte[] json) {
        return frame(
                Map.of(
                        ":message-type", EXCEPTION,
                        ":exception-type", "serviceUnavailableException",
                        ":content-type", "application/json"),
                json);
    }

    /** The bytes of a frame, with the given headers in their order. */
    static byte[] frame(Map<String, String> headers, byte[] payload) {
        Map<String, HeaderValue> values = new LinkedHashMap<>();
        headers.forEach((name, value) -> values.put(name, HeaderValue.fromString(value)));
        ByteBuffer bytes = new Message(values, payload).toByteBuffer();
        byte[] frame = new byte[bytes.remaining()];
        bytes.get(frame);
        return frame;
    }
}
