package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of itself, up to now.
 *
 * @param model that served, if the answer names it
 * @param serviceTier as served, if the answer names it
 * @param usage of the whole call; unknown if the answer has none, and then it may still hold the input tokens that the
 *     answer has named before it broke off
 * @param rounds the parts of the usage that are priced apart, because another model served them; empty if there is one part
 * @param outputBytes UTF-8 bytes of the text that came, for an estimate
 * @param end how far it came
 */
public record Reading(
        @Nullable String model,
        @Nullable String serviceTier,
        Usage usage,
        List<Round> rounds,
        long outputBytes,
        End end) {

    /** @param model none if it is the answer's */
    public record Round(@Nullable String model, Usage usage) {}

    /** How a stream ended, as far as its own events say. */
    public enum End {
        /** No event has said that it is the end. */
        OPEN,
        COMPLETE,
        /** An error inside of an answer that began well. */
        FAILED
    }
}
