package ai.costauditor.bench.peers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one peer.
 *
 * @param speeds one, or a second one for a peer that ages; none if it does not run
 * @param troubles why a question has no answer
 */
record Row(
        String name,
        String version,
        Peer.Keeps keeps,
        List<Measurement.Speed> speeds,
        Measurement.@Nullable Crash crash,
        Measurement.@Nullable Crowd crowd,
        List<String> troubles) {

    /** What it still knows after {@code kill -9}, of the calls that the provider will bill. */
    String afterKill() {
        if (crash == null) {
            return "";
        }
        Peer.Known known = crash.known();
        return known == null
                ? "nothing of " + crash.forwarded()
                : "%d and %d open, of %d and %d"
                        .formatted(known.settled(), known.open(), crash.forwarded() - crash.hanging(), crash.hanging());
    }

    String admitted() {
        return crowd == null ? keeps.budgets() ? "" : "no budget" : Long.toString(crowd.forwarded());
    }
}
