package ai.costauditor.gateway.routing;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.ErrorShape;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The routes of this process. A rule that cannot work is found when the process starts. */
public final class Routing {

    /** Gauge {@code {route,provider}}: 1 while a breaker is open, 0.5 while it tries, 0 while it is closed. */
    static final String BREAKER = "auditor.gateway.breaker";

    private final List<Route> routes = new ArrayList<>();
    private final Providers providers;
    private final MeterRegistry meters;
    private final Duration holdFor;

    public Routing(RoutingSettings settings, Providers providers, GatewaySettings gateway, MeterRegistry meters) {
        this.providers = providers;
        this.meters = meters;
        this.holdFor = gateway.holdFor();
        settings.routes().forEach(this::add);
    }

    private void add(RoutingSettings.Settings rule) {
        if (rule.model() == null
                || rule.model().isBlank()
                || rule.to() == null
                || rule.to().isEmpty()) {
            throw new IllegalArgumentException("auditor.routing.routes: a route needs a model, and whom to ask (to)");
        }
        checkSilence(rule, "first-byte", rule.timeouts().firstByte());
        checkSilence(rule, "idle", rule.timeouts().idle());
        List<Route.Stop> stops = rule.to().stream().map(to -> stop(rule, to)).toList();
        ErrorShape format = rule.format() == null ? ownFormat(stops.getFirst().provider()) : rule.format();
        for (Route.Stop stop : stops) {
            if (!stop.provider().speaks(format)) {
                throw wrong(
                        rule,
                        stop.provider().name() + " does not speak the format of the others (" + format
                                + "): calls are routed and not translated");
            }
        }
        routes.add(new Route(rule, stops));
    }

    /** Google's models are reached through {@code /v1} in OpenAI's shape alone. */
    private static ErrorShape ownFormat(Provider provider) {
        return provider.family() == ErrorShape.ANTHROPIC ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
    }

    private Route.Stop stop(RoutingSettings.Settings rule, String to) {
        int slash = to.indexOf('/');
        String name = slash < 0 ? to : to.substring(0, slash);
        String model = slash < 0 ? "" : to.substring(slash + 1);
        if (model.isBlank()) {
            throw wrong(rule, "'" + to + "' is no provider/model");
        }
        Provider provider = providers.all().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(rule, "there is no provider " + name));
        return new Route.Stop(provider, model, breaker(rule, to));
    }

    private @Nullable CircuitBreaker breaker(RoutingSettings.Settings rule, String to) {
        RoutingSettings.Breaker wanted = rule.breaker();
        if (!wanted.enabled()) {
            return null;
        }
        CircuitBreaker breaker = CircuitBreaker.of(
                rule.model() + " at " + to,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(wanted.window())
                        .minimumNumberOfCalls(wanted.window())
                        .failureRateThreshold(wanted.failurePercent())
                        .waitDurationInOpenState(wanted.openFor())
                        .permittedNumberOfCallsInHalfOpenState(wanted.trials())
                        .build());
        Gauge.builder(BREAKER, breaker, Routing::state)
                .description("1 while a circuit breaker is open, 0.5 while it tries whether to close")
                .tags("route", rule.model(), "provider", to)
                .register(meters);
        return breaker;
    }

    private static double state(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 1;
            case HALF_OPEN -> 0.5;
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
        };
    }

    /** The hold of a running call is extended, but not while the ledger is away: a silence must not outlive the first one. */
    private void checkSilence(RoutingSettings.Settings rule, String name, @Nullable Duration timeout) {
        if (timeout != null && timeout.compareTo(holdFor) >= 0) {
            throw wrong(rule, name + " must be shorter than auditor.gateway.hold-for, which is " + holdFor);
        }
    }

    private static IllegalArgumentException wrong(RoutingSettings.Settings rule, String what) {
        return new IllegalArgumentException("auditor.routing.routes, model " + rule.model() + ": " + what);
    }

    /** @param asked who would be, in this order; at least one */
    public record Name(String model, List<Candidate> asked) {

        public Candidate first() {
            return asked.getFirst();
        }

        public boolean speaks(ErrorShape shape) {
            return asked.stream().allMatch(candidate -> candidate.provider().speaks(shape));
        }
    }

    /**
     * @return empty if no rule is about the model
     * @throws ai.costauditor.gateway.wire.BadRequest if its rule is about another format
     */
    public Optional<Journey> of(String model, ErrorShape family, long startedNanos) {
        for (Route route : routes) {
            if (route.fits(model)) {
                return Optional.of(new Journey(route, route.candidates(model, family), startedNanos));
            }
        }
        return Optional.empty();
    }

    /** Names that clients can ask for because a rule says so, and somebody in it is configured. */
    public List<Name> names() {
        return routes.stream()
                .filter(Route::isName)
                .map(route -> new Name(
                        route.model(),
                        route.stops().stream()
                                .filter(stop -> stop.provider().isConfigured())
                                .map(stop -> new Candidate(stop.provider(), stop.asked(route.model())))
                                .toList()))
                .filter(name -> !name.asked.isEmpty())
                .toList();
    }
}
