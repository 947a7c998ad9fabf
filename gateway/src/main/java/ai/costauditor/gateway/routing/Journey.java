package ai.costauditor.gateway.routing;

import ai.costauditor.gateway.upstream.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way of one request along its route; one thread at a time touches it. */
public final class Journey {

    private final Route route;
    private final List<Candidate> candidates;
    private final Patience patience;
    private int at = -1;
    private int tries;

    /** What comes after a failure. */
    public sealed interface Next {
        /** The same provider again, after a pause. */
        record Again(Duration pause) implements Next {}

        record Fallback(Candidate to) implements Next {}

        /** The client gets what there is. */
        record Nothing() implements Next {}
    }

    Journey(Route route, List<Candidate> candidates, long startedNanos) {
        this.route = route;
        this.candidates = candidates;
        this.patience = route.patience(startedNanos);
    }

    /** The first, or the next, that may be asked now; empty if there is none. */
    public Optional<Candidate> next() {
        while (++at < candidates.size()) {
            if (candidates.get(at).isOpenForUs()) {
                tries = 0;
                return Optional.of(candidates.get(at));
            }
        }
        return Optional.empty();
    }

    public Patience patience() {
        return patience;
    }

    /**
     * @param wanted the pause that the provider asks for, if it does
     * @param lasting whether the provider says that trying again does not help
     */
    public Next after(Failure failure, @Nullable Duration wanted, boolean lasting) {
        if (lasting || !route.triesAgainOn(failure) || patience.isOver()) {
            return new Next.Nothing();
        }
        tries++;
        Duration pause = wanted == null ? route.pauseAfter(tries) : wanted;
        if (tries <= route.retries()
                && pause.compareTo(route.longestWait()) <= 0
                && patience.lasts(pause)
                && candidates.get(at).isOpenForUs()) {
            return new Next.Again(pause);
        }
        return next().<Next>map(Next.Fallback::new).orElseGet(Next.Nothing::new);
    }
}
