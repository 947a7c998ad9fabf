package ai.costauditor.gateway.routing;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.upstream.Patience;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One rule: who is asked for a model. */
final class Route {

    static final String AS_ASKED = "*";

    /** @param model a name, or {@link #AS_ASKED} */
    record Stop(Provider provider, String model, @Nullable CircuitBreaker breaker) {

        /** By which name, if a client asked for this one. */
        String asked(String wanted) {
            return model.equals(AS_ASKED) ? wanted : model;
        }
    }

    private final RoutingSettings.Settings settings;
    private final List<Stop> stops;
    private final IntervalFunction pauses;

    Route(RoutingSettings.Settings settings, List<Stop> stops) {
        this.settings = settings;
        this.stops = List.copyOf(stops);
        this.pauses = IntervalFunction.ofExponentialRandomBackoff(
                settings.backoff(), 2.0, 0.5, atLeast(settings.backoff(), settings.longestWait()));
    }

    private static Duration atLeast(Duration least, Duration wanted) {
        return wanted.compareTo(least) < 0 ? least : wanted;
    }

    boolean fits(String model) {
        String wanted = settings.model();
        return wanted.endsWith(AS_ASKED)
                ? model.startsWith(wanted.substring(0, wanted.length() - 1))
                : model.equals(wanted);
    }

    /** Whether it is a name by which a client can ask. */
    boolean isName() {
        return !settings.model().endsWith(AS_ASKED);
    }

    String model() {
        return settings.model();
    }

    List<Stop> stops() {
        return stops;
    }

    /** @throws BadRequest if not all of them speak the format: we route, we do not translate */
    List<Candidate> candidates(String model, ErrorShape family) {
        for (Stop stop : stops) {
            if (!stop.provider.speaks(family)) {
                throw new BadRequest("the model " + model + " is served by " + stop.provider.name()
                        + ", which does not speak this format");
            }
        }
        return stops.stream()
                .filter(stop -> stop.provider.isConfigured())
                .map(stop -> new Candidate(stop.provider, stop.asked(model), stop.breaker))
                .toList();
    }

    boolean triesAgainOn(Failure failure) {
        return settings.retryOn().contains(failure);
    }

    int retries() {
        return settings.retries();
    }

    /** @param attempt the number of the attempt that has failed, from 1 */
    Duration pauseAfter(int attempt) {
        return Duration.ofMillis(pauses.apply(attempt));
    }

    Duration longestWait() {
        return settings.longestWait();
    }

    Patience patience(long startedNanos) {
        RoutingSettings.Timeouts timeouts = settings.timeouts();
        Duration total = timeouts.total();
        return new Patience(
                timeouts.connect(),
                timeouts.firstByte(),
                timeouts.idle(),
                total == null ? null : startedNanos + total.toNanos());
    }
}
