package ai.costauditor.gateway.calls;

import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the data plane tells Prometheus. Labels are bounded: no key, user or model that a caller can invent.
 *
 * <ul>
 *   <li>{@code auditor.gateway.calls{endpoint,provider,end}}: calls that ended, and how long they took
 *   <li>{@code auditor.gateway.overhead}: time that the gateway added to a call
 *   <li>{@code auditor.gateway.tokens{kind,provider}}, {@code auditor.gateway.cost{provider}}
 *   <li>{@code auditor.gateway.refused{reason}}: calls that did not leave
 * </ul>
 */
final class GatewayMeters {

    private final MeterRegistry registry;
    private final Timer overhead;

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
        this.overhead = Timer.builder("auditor.gateway.overhead")
                .description("Time that the gateway added to a call")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    void ended(Call call, String end) {
        Timer.builder("auditor.gateway.calls")
                .description("Calls that ended")
                .tags(
                        "endpoint",
                        call.format().endpoint(),
                        "provider",
                        call.provider().name(),
                        "end",
                        end)
                .register(registry)
                .record(Duration.ofMillis(call.latencyMs()));
        overhead.record(call.overheadNanos(), TimeUnit.NANOSECONDS);
    }

    void used(Call call, Usage usage, Charge charge) {
        for (TokenKind kind : usage.tokens().keySet()) {
            Counter.builder("auditor.gateway.tokens")
                    .tags("kind", kind.wireName(), "provider", call.provider().name())
                    .register(registry)
                    .increment(usage.tokens(kind));
        }
        if (charge.total() != null) {
            // a gauge for operators; the ledger has the exact amount
            Counter.builder("auditor.gateway.cost")
                    .description("Cost of settled calls, rounded for display")
                    .tags("provider", call.provider().name())
                    .register(registry)
                    .increment(charge.total().amount().doubleValue());
        }
    }

    void refused(Enum<?> reason) {
        Counter.builder("auditor.gateway.refused")
                .description("Calls that did not leave")
                .tags("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }
}
