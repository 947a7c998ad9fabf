package ai.costauditor.ledger.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Where commands are decided. */
final class ClusterMeters {

    final Counter here;
    final Counter there;
    final Counter instead;
    final Counter asked;

    ClusterMeters(MeterRegistry registry) {
        here = counter(registry, "here");
        there = counter(registry, "there");
        instead = counter(registry, "here_instead");
        asked = Counter.builder("auditor.ledger.cluster.asked")
                .description("Commands that other processes have sent here")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String decided) {
        return Counter.builder("auditor.ledger.cluster.commands")
                .tag("decided", decided)
                .description("Commands of callers of this process, by where they were decided: here, by their owner"
                        + " (there), or here because the owner did not answer or could not record (here_instead)")
                .register(registry);
    }

    void decidedHere() {
        here.increment();
    }

    void decidedThere() {
        there.increment();
    }

    void decidedHereInstead() {
        instead.increment();
    }

    void askedByAnother() {
        asked.increment();
    }
}
