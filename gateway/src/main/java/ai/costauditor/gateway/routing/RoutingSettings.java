package ai.costauditor.gateway.routing;

import ai.costauditor.gateway.wire.ErrorShape;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Routes of {@code /v1/*}, under {@code auditor.routing}. The first whose model fits is taken; a model without one goes to
 * its provider, once.
 */
@ConfigurationProperties("auditor.routing")
public record RoutingSettings(@DefaultValue List<Settings> routes) {

    /**
     * @param model that clients ask for: a name, one of our own (an alias), or a beginning and {@code *}
     * @param to who is asked, in this order: {@code provider/model}, or {@code provider/*} for the model as it was asked for
     * @param format of the wire that all of them speak: {@code openai} or {@code anthropic}; the first one's own if missing
     * @param retries further attempts at each of them
     * @param retryOn what leads to another attempt, here or at the next one
     * @param backoff before the first further attempt at the same one; it doubles, and is spread by half
     * @param longestWait a provider that wants a longer pause is not waited for
     */
    public record Settings(
            String model,
            List<String> to,
            @Nullable ErrorShape format,
            @DefaultValue("0") int retries,

            @DefaultValue({"unreachable", "limited", "overloaded"})
            Set<Failure> retryOn,

            @DefaultValue("250ms") Duration backoff,
            @DefaultValue("5s") Duration longestWait,
            @DefaultValue Timeouts timeouts,
            @DefaultValue Breaker breaker) {}

    /**
     * What is missing is as {@code auditor.gateway} says.
     *
     * @param connect until a connection stands
     * @param firstByte until the head of the answer, in each attempt
     * @param idle longest silence within an answer
     * @param total of a call with all its attempts and pauses
     */
    public record Timeouts(
            @Nullable Duration connect,
            @Nullable Duration firstByte,
            @Nullable Duration idle,
            @Nullable Duration total) {}

    /**
     * One breaker for each provider of the route. It counts failures of every kind but {@code limited}.
     *
     * @param window how many attempts are looked at
     * @param failurePercent of them that opens the breaker; not before the window is full
     * @param openFor how long nothing is sent then
     * @param trials attempts that decide whether it closes again
     */
    public record Breaker(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("20") int window,
            @DefaultValue("50") float failurePercent,
            @DefaultValue("30s") Duration openFor,
            @DefaultValue("2") int trials) {}
}
