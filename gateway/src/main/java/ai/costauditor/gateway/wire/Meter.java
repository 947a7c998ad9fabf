package ai.costauditor.gateway.wire;

import tools.jackson.databind.JsonNode;

/** Reads one answer as it passes. The same meter reads a body that comes at once and one that comes as events. */
public interface Meter {

    /** What to do with an event of a stream. */
    enum Pass {
        ON,
        /** It is there because we asked for it, not the client. */
        HIDE,
        /** Nothing of value follows: the settlement must be durable before this one goes to the client. */
        LAST
    }

    /** The whole answer of a call that does not stream. */
    void body(JsonNode root);

    /** One event of a stream. */
    Pass event(SseEvent event);

    /** What is known up to now. */
    Reading reading();
}
