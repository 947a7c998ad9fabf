package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.routing.Failure;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the data plane tells Prometheus. Labels are bounded: no key, user or model that a caller can invent. Meters are kept
 * by their labels, because looking one up in a registry costs more than counting.
 */
final class GatewayMeters {

    /** Every meter, by the name that it has in Micrometer; Prometheus writes {@code _} for {@code .}. */
    enum Name {
        /** Timer {@code {endpoint,provider,end}}: calls that ended, from the first byte of the request on. */
        CALLS("auditor.gateway.calls"),
        /** Timer: what the gateway added to a call, without the wait for the provider. */
        OVERHEAD("auditor.gateway.overhead"),
        /** Counter {@code {kind,provider}}: tokens of settled calls. */
        TOKENS("auditor.gateway.tokens"),
        /** Counter {@code {provider}}: cost of settled calls, rounded for display; the ledger has the exact amount. */
        COST("auditor.gateway.cost"),
        /** Counter {@code {reason}}: calls that did not leave. */
        REFUSED("auditor.gateway.refused"),
        /** Counter {@code {provider,outcome}}: attempts at providers, the first of each call too. */
        ATTEMPTS("auditor.gateway.attempts"),
        /** Counter {@code {result}}: looks into the response cache, {@code hit} or {@code miss}. */
        CACHE("auditor.gateway.cache"),
        /** Gauge: calls of this process that hold money now. */
        HOLDS_OPEN("auditor.gateway.holds.open");

        private final String text;

        Name(String text) {
            this.text = text;
        }
    }

    private final MeterRegistry registry;
    private final Timer overhead;
    private final LongAdder open = new LongAdder();
    private final Map<List<String>, Timer> calls = new ConcurrentHashMap<>();
    private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
        this.overhead = Timer.builder(Name.OVERHEAD.text)
                .description("Time that the gateway added to a call")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1))
                .register(registry);
        Gauge.builder(Name.HOLDS_OPEN.text, open, LongAdder::sum)
                .description("Calls that hold money now")
                .register(registry);
    }

    void authorised() {
        open.increment();
    }

    void ended(Call call, String end) {
        open.decrement();
        calls.computeIfAbsent(List.of(call.format().endpoint(), call.provider().name(), end), labels -> Timer.builder(
                                Name.CALLS.text)
                        .description("Calls that ended")
                        .tags("endpoint", labels.get(0), "provider", labels.get(1), "end", labels.get(2))
                        .register(registry))
                .record(call.latencyNanos(), TimeUnit.NANOSECONDS);
    }

    /** The last byte has left. */
    void delivered(Call call) {
        overhead.record(call.overheadNanos(), TimeUnit.NANOSECONDS);
    }

    void used(Call call, Usage usage, Charge charge) {
        String provider = call.provider().name();
        for (Map.Entry<TokenKind, Long> entry : usage.tokens().entrySet()) {
            counter(Name.TOKENS, "kind", entry.getKey().wireName(), "provider", provider)
                    .increment(entry.getValue());
        }
        if (charge.total() != null) {
            counter(Name.COST, "provider", provider)
                    .increment(charge.total().amount().doubleValue());
        }
    }

    /** @param failure none if the answer began well, or is the client's to see */
    void attempted(Call call, @Nullable Failure failure) {
        String outcome = failure == null ? "answered" : failure.name().toLowerCase(Locale.ROOT);
        counter(Name.ATTEMPTS, "provider", call.provider().name(), "outcome", outcome)
                .increment();
    }

    void looked(boolean found) {
        counter(Name.CACHE, "result", found ? "hit" : "miss").increment();
    }

    void refused(Enum<?> reason) {
        counter(Name.REFUSED, "reason", reason.name().toLowerCase(Locale.ROOT)).increment();
    }

    private Counter counter(Name name, String... labels) {
        List<String> identity = labels.length == 2
                ? List.of(name.text, labels[0], labels[1])
                : List.of(name.text, labels[0], labels[1], labels[2], labels[3]);
        return counters.computeIfAbsent(
                identity, missing -> Counter.builder(name.text).tags(labels).register(registry));
    }
}
