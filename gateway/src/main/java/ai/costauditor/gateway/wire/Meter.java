package ai.costauditor.gateway.wire;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer as it passes. The same meter reads a body that comes at once and one that comes as events, so that
 * both are accounted for in one way.
 */
public interface Meter {

    /** What to do with an event of a stream. */
    enum Pass {
        ON,
        /** It is there because we asked for it, not the client. */
        HIDE,
        /** It goes on with the next one, or when the stream has ended and is settled: who sees the last event sees the end. */
        PERHAPS_LAST,
        /** Nothing of value follows: the settlement must be durable before this one goes to the client. */
        LAST
    }

    /** The headers of the answer, before anything of its body. */
    default void head(Function<String, @Nullable String> header) {}

    /** The whole answer of a call that does not stream. */
    void body(byte[] body);

    /** One event of a stream. */
    Pass event(SseEvent event);

    /** The bytes of an event that goes on; they differ from what came only where we asked for something. */
    default byte[] shown(SseEvent event) {
        return event.raw();
    }

    /** The provider has ended the stream by itself, and not the network or we. */
    default void ended() {}

    /** What is known up to now. */
    Reading reading();

    /** What the provider calls the object that it keeps; none before the answer has said so, or if it keeps none. */
    default @Nullable String storedAs() {
        return null;
    }

    /** The object as the answer describes it, where descriptions are kept. */
    default @Nullable String description() {
        return null;
    }

    /** Whether the provider goes on with its work after this answer, so that the usage comes by another one. */
    default boolean isPending() {
        return false;
    }

    /** Of an answer that is free itself: what it says of the object that was asked for. */
    default @Nullable Meter subject() {
        return null;
    }
}
