package ai.costauditor.ledger.holds;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerSettings;
import ai.costauditor.ledger.holds.OpenHolds.OpenHold;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends holds by ordered commands, one process at a time in the whole cluster. */
final class HoldSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HoldSweeper.class);

    /** An extension that is on its way may still arrive. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final OpenHolds holds;
    private final Heartbeat heartbeat;
    private final Ledger ledger;
    private final LedgerSettings.Node settings;
    private final Clock clock;
    private volatile OpenHolds.Summary summary = new OpenHolds.Summary(0, null);
    private final ScheduledExecutorService sweeps = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("hold-sweeper").factory());

    HoldSweeper(
            OpenHolds holds,
            Heartbeat heartbeat,
            Ledger ledger,
            LedgerSettings.Node settings,
            Clock clock,
            MeterRegistry meters) {
        this.holds = holds;
        this.heartbeat = heartbeat;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
        Gauge.builder("auditor.ledger.holds.open", () -> summary.count())
                .description("Holds that are open in the whole cluster")
                .register(meters);
        Gauge.builder("auditor.ledger.holds.oldest", () -> ageOfTheOldest().toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("Age of the oldest open hold")
                .register(meters);
    }

    void start() {
        long every = settings.sweep().toMillis();
        sweeps.scheduleWithFixedDelay(this::sweepAndLog, every, every, TimeUnit.MILLISECONDS);
    }

    private void sweepAndLog() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("Open holds could not be swept and will be later: {}", e.toString());
        }
    }

    void sweep() {
        if (holds.follow()) {
            if (heartbeat.hasBeenHeardFor(settings.deadAfter())) {
                end(holds.ofDeadNodes(settings.deadAfter()), CallEnd.Outcome.NODE_DIED);
            }
            end(holds.pastTheirTime(GRACE), CallEnd.Outcome.TIMED_OUT);
            holds.forgetNodes();
        }
        summary = holds.summary();
    }

    private void end(List<OpenHold> open, CallEnd.Outcome outcome) {
        if (open.isEmpty()) {
            return;
        }
        LOG.info("Ending {} holds whose outcome is not known: {}", open.size(), outcome);
        Instant now = clock.instant();
        List<CompletableFuture<?>> answers = open.stream()
                .<CompletableFuture<?>>map(hold -> ledger.submit(expire(hold, outcome, now)))
                .toList();
        for (CompletableFuture<?> answer : answers) {
            try {
                answer.join();
            } catch (CompletionException e) {
                LOG.warn("A hold could not be ended and will be later: {}", e.toString());
            }
        }
    }

    private static ExpireHold expire(OpenHold hold, CallEnd.Outcome outcome, Instant now) {
        long latency = Math.max(0, Duration.between(hold.authorisedAt(), now).toMillis());
        return new ExpireHold(hold.key(), hold.call(), new CallEnd(null, 0, latency, outcome, List.of()), null, now);
    }

    private Duration ageOfTheOldest() {
        Instant oldest = summary.oldest();
        return oldest == null ? Duration.ZERO : Duration.between(oldest, clock.instant());
    }

    @Override
    public void close() throws InterruptedException {
        sweeps.shutdownNow();
        sweeps.awaitTermination(10, TimeUnit.SECONDS);
    }
}
