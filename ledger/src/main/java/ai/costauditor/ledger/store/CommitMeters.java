package ai.costauditor.ledger.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** How the writer is doing. */
final class CommitMeters {

    private final MeterRegistry registry;
    private final DistributionSummary batch;
    private final Timer time;
    private final Counter failures;

    CommitMeters(MeterRegistry registry) {
        this.registry = registry;
        this.batch = DistributionSummary.builder("auditor.ledger.commit.batch")
                .description("Commands in one transaction")
                .publishPercentileHistogram()
                .maximumExpectedValue((double) GroupCommit.LARGEST_BATCH)
                .register(registry);
        this.time = Timer.builder("auditor.ledger.commit.time")
                .description("From the first decision of a batch to its durable commit")
                .publishPercentileHistogram()
                .register(registry);
        this.failures = Counter.builder("auditor.ledger.commit.failures")
                .description("Batches that were not committed; each of their commands is tried again alone")
                .register(registry);
    }

    void watch(Collection<?> queue) {
        Gauge.builder("auditor.ledger.queue", queue, Collection::size)
                .description("Commands that wait for the writer")
                .register(registry);
    }

    void committed(int commands, long nanos) {
        batch.record(commands);
        time.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed() {
        failures.increment();
    }
}
