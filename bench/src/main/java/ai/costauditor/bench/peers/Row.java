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

    /** Of the calls that the provider will bill, those that {@code kill -9} made it forget. */
    String lost() {
        if (crash == null) {
            return "";
        }
        Peer.Known known = crash.known();
        if (known != null && known.settled() > crash.forwarded()) {
            return "counts %d for %d".formatted(known.settled(), crash.forwarded());
        }
        return known == null
                ? "%1$d of %1$d".formatted(crash.forwarded())
                : "%d of %d; %d settled, %d open"
                        .formatted(crash.lost(), crash.forwarded(), known.settled(), known.open());
    }

    String admitted() {
        return crowd == null ? keeps.budgets() ? "" : "no budget" : Long.toString(crowd.forwarded());
    }
}
