package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of bytes into events, however the network has cut it before. Line ends may be LF, CR LF or CR. */
public final class SseSplitter implements EventSplitter {

    /** An event that is larger passes in pieces that nobody reads: memory is bounded, bytes are not changed. */
    private static final int LARGEST_EVENT = 16 * 1024 * 1024;

    private final boolean namesErrors;
    private final HeldBytes held = new HeldBytes();
    private boolean lineIsEmpty = true;
    private boolean lastWasCarriageReturn;
    private boolean endedByCarriageReturn;

    /** @param namesErrors whether an error is an event of that name; else only its data tells */
    SseSplitter(boolean namesErrors) {
        this.namesErrors = namesErrors;
    }

    public SseSplitter() {
        this(true);
    }

    @Override
    public void feed(byte[] bytes, int count, Consumer<SseEvent> events) {
        for (int i = 0; i < count; i++) {
            accept(bytes[i], events);
        }
        if (held.length() > LARGEST_EVENT) {
            emit(events);
        }
    }

    private void accept(byte b, Consumer<SseEvent> events) {
        if (endedByCarriageReturn) {
            endedByCarriageReturn = false;
            if (b == '\n') {
                held.add(b);
                emit(events);
                return;
            }
            emit(events);
        }
        held.add(b);
        if (b == '\n' && lastWasCarriageReturn) {
            lastWasCarriageReturn = false;
            return;
        }
        lastWasCarriageReturn = b == '\r';
        if (b != '\n' && b != '\r') {
            lineIsEmpty = false;
        } else if (!lineIsEmpty) {
            lineIsEmpty = true;
        } else if (b == '\r') {
            endedByCarriageReturn = true;
        } else {
            emit(events);
        }
    }

    private void emit(Consumer<SseEvent> events) {
        byte[] raw = held.take();
        lineIsEmpty = true;
        lastWasCarriageReturn = false;
        events.accept(SseEvent.of(raw));
    }

    /** There is one if a stream was not closed properly. */
    @Override
    public SseEvent rest() {
        return SseEvent.of(held.take());
    }

    @Override
    public byte[] comment(String text) {
        return (": " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] error(byte[] json) {
        String data = "data: " + new String(json, StandardCharsets.UTF_8) + "\n\n";
        return (namesErrors ? "event: error\n" + data : data).getBytes(StandardCharsets.UTF_8);
    }
}
