package ai.costauditor.gateway.wire;

import java.util.Arrays;
import java.util.function.Consumer;

/** An answer of bytes that mean nothing to us, such as sound: it passes in the pieces in which it comes. */
final class RawSplitter implements EventSplitter {

    private static final byte[] NOTHING = {};

    @Override
    public void feed(byte[] bytes, int count, Consumer<SseEvent> events) {
        events.accept(new SseEvent(Arrays.copyOf(bytes, count), "", ""));
    }

    @Override
    public SseEvent rest() {
        return new SseEvent(NOTHING, "", "");
    }

    @Override
    public byte[] comment(String text) {
        return NOTHING;
    }

    /** There is no place for it: the answer breaks off. */
    @Override
    public byte[] error(byte[] json) {
        return NOTHING;
    }
}
