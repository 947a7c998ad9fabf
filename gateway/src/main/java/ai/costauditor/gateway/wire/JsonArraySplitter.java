package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a JSON array that comes bit by bit into its objects; what stands between them goes on with the next one. */
final class JsonArraySplitter implements EventSplitter {

    /** An object that is larger passes in pieces that nobody reads: memory is bounded, bytes are not changed. */
    private static final int LARGEST_EVENT = 16 * 1024 * 1024;

    private final HeldBytes held = new HeldBytes();
    private int start = -1;
    private int depth;
    private int outside = -1;
    private boolean inText;
    private boolean escaped;

    @Override
    public void feed(byte[] bytes, int count, Consumer<SseEvent> events) {
        for (int i = 0; i < count; i++) {
            held.add(bytes[i]);
            if (endsObject(bytes[i])) {
                emit(events);
            }
        }
        if (held.length() > LARGEST_EVENT) {
            start = -1;
            emit(events);
        }
    }

    private boolean endsObject(byte b) {
        if (inText) {
            inText = escaped || b != '"';
            escaped = !escaped && b == '\\';
            return false;
        }
        switch (b) {
            case '"' -> inText = true;
            case '{', '[' -> open(b);
            case '}', ']' -> depth--;
            default -> {}
        }
        return b == '}' && depth == outside;
    }

    /** The first bracket tells whether there is an array around the objects. */
    private void open(byte b) {
        if (outside < 0) {
            outside = b == '[' ? 1 : 0;
        }
        if (b == '{' && depth == outside) {
            start = held.length() - 1;
        }
        depth++;
    }

    private void emit(Consumer<SseEvent> events) {
        byte[] raw = held.take();
        String data = start < 0 ? "" : new String(raw, start, raw.length - start, StandardCharsets.UTF_8);
        start = -1;
        events.accept(new SseEvent(raw, "", data));
    }

    /** Where the array is still open, what came last is no JSON: then something is missing. */
    @Override
    public SseEvent rest() {
        return new SseEvent(held.take(), "", depth > 0 ? "[" : "");
    }

    @Override
    public byte[] comment(String text) {
        return new byte[0];
    }

    @Override
    public byte[] error(byte[] json) {
        String text = (outside < 0 ? "[" : ",") + new String(json, StandardCharsets.UTF_8) + "]";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
