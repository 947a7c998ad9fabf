package ai.costauditor.gateway.wire;

import java.util.function.Consumer;

/** Cuts the bytes of a stream into events, however the network has cut them before; and knows how ours would look in it. */
public interface EventSplitter {

    /** Gives each event that is complete with these bytes. The raw bytes of all events and the rest are what came. */
    void feed(byte[] bytes, int count, Consumer<SseEvent> events);

    /** What came after the last complete event. */
    SseEvent rest();

    /** Something that clients pass over; nothing where a stream cannot hold it. */
    byte[] comment(String text);

    /** @param json in the shape of the caller's errors */
    byte[] error(byte[] json);
}
