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
 * @param roundsUnknown whether the model was asked several times for this answer and nobody says how much each time
 */
public record Reading(
        @Nullable String model,
        @Nullable String serviceTier,
        Usage usage,
        List<Round> rounds,
        long outputBytes,
        End end,
        boolean roundsUnknown) {

    public Reading(
            @Nullable String model,
            @Nullable String serviceTier,
            Usage usage,
            List<Round> rounds,
            long outputBytes,
            End end) {
        this(model, serviceTier, usage, rounds, outputBytes, end, false);
    }

    private static final String BATCH = "batch";

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

    /** The same answer as one of a batch, which has prices of its own. */
    public Reading inBatch() {
        List<String> tiers = serviceTier == null ? List.of() : List.of(serviceTier.split("\\+", -1));
        return tiers.contains(BATCH)
                ? this
                : new Reading(model, tierInBatch(serviceTier), usage, rounds, outputBytes, end);
    }

    /** @param other tier of the same request, if it names one */
    public static String tierInBatch(@Nullable String other) {
        return other == null ? BATCH : BATCH + "+" + other;
    }
}
