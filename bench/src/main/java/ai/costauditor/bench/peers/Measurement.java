package ai.costauditor.bench.peers;

import ai.costauditor.bench.FakeUpstream;
import ai.costauditor.bench.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Three questions to each peer: how fast, what does it know after {@code kill -9}, and how hard is its budget. */
final class Measurement {

    static final int HANGING = 8;
    static final int CROWD = 64;
    static final int FITTING = 10;

    /** US dollars for a token of {@code gpt-4o-mini}, the same in every price list used here. */
    private static final BigDecimal INPUT = new BigDecimal("0.00000015");

    private static final BigDecimal OUTPUT = new BigDecimal("0.00000060");
    private static final BigDecimal PLENTY = new BigDecimal("100000");

    /**
     * In the crowd a call writes all that it may, so that a reservation is hardly more than the cost, and the limit is
     * ten calls and a half: ten fit, reserved or not.
     */
    private static final FakeUpstream.Usage LONG = new FakeUpstream.Usage(20, 1000);

    private static final BigDecimal LIMIT =
            cost(LONG).multiply(new BigDecimal("10.5")).setScale(4, RoundingMode.HALF_EVEN);

    private final Peer.Place place;
    private final FakeUpstream upstream;
    private final Path scratch;
    private final int connections;
    private final Duration time;
    private final Duration warmUp;
    private final int rounds;
    private final long age;

    /**
     * @param time of one round
     * @param warmUp before the speed is measured
     * @param age calls after which a peer whose state grows is measured again; none if 0
     */
    Measurement(
            Peer.Place place,
            FakeUpstream upstream,
            Path scratch,
            int connections,
            Duration time,
            Duration warmUp,
            int rounds,
            long age) {
        this.place = place;
        this.upstream = upstream;
        this.scratch = scratch;
        this.connections = connections;
        this.time = time;
        this.warmUp = warmUp;
        this.rounds = rounds;
        this.age = age;
    }

    /** @param mebibytes of the peer; @param storeMebibytes of the databases that it needs */
    record Speed(
            double callsPerSecond,
            double p50,
            double p99,
            long mebibytes,
            long storeMebibytes,
            long notOk,
            long before) {}

    /** @param forwarded calls that reached the provider, of which {@code hanging} were never answered */
    record Crash(long forwarded, long hanging, Peer.@Nullable Known known) {

        long lost() {
            return known == null ? forwarded : Math.max(0, forwarded - known.settled() - known.open());
        }
    }

    /** @param forwarded of {@link #CROWD} calls; @param statuses what the clients were told */
    record Crowd(long forwarded, Map<Integer, Long> statuses) {}

    static BigDecimal cost(FakeUpstream.Usage usage) {
        return INPUT.multiply(BigDecimal.valueOf(usage.promptTokens()))
                .add(OUTPUT.multiply(BigDecimal.valueOf(usage.completionTokens())));
    }

    /** How many calls an amount has paid for. */
    static long calls(BigDecimal spent) {
        return spent.divide(cost(FakeUpstream.USAGE), 0, RoundingMode.HALF_EVEN).longValueExact();
    }

    /** @return one figure, and for a peer that ages a second one */
    List<Speed> speed(Peer peer) throws IOException, InterruptedException {
        upstream.answer(FakeUpstream.USAGE, Duration.ZERO);
        long before = upstream.received();
        try (Peer.Running running = peer.start(place, folder(peer, "speed"), PLENTY)) {
            List<Speed> speeds = new ArrayList<>();
            running.load().run(connections, 0, warmUp);
            speeds.add(measured(running, upstream.received() - before));
            if (peer.ages() && age > 0) {
                long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
                while (upstream.received() - before < age && System.nanoTime() < end) {
                    running.load().run(connections, 0, Duration.ofSeconds(1));
                }
                speeds.add(measured(running, upstream.received() - before));
            }
            return speeds;
        }
    }

    private Speed measured(Peer.Running running, long before) throws IOException, InterruptedException {
        List<Load.Result> results = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            results.add(running.load().run(connections, 0, time));
        }
        Load.Result median = results.stream()
                .sorted(Comparator.comparingDouble(Load.Result::callsPerSecond))
                .skip(results.size() / 2)
                .findFirst()
                .orElseThrow();
        return new Speed(
                median.callsPerSecond(),
                median.millisAt(50),
                median.millisAt(99),
                Memory.mebibytes(running.processes()),
                Memory.mebibytes(running.stores()),
                results.stream().mapToLong(Load.Result::notOk).sum(),
                before);
    }

    /** Kills the peer while most connections are busy and some of its calls are not answered yet, and starts it again. */
    Crash crash(Peer peer) throws IOException, InterruptedException {
        upstream.answer(FakeUpstream.USAGE, Duration.ZERO);
        Path data = folder(peer, "crash");
        long before;
        try (Peer.Running running = peer.start(place, data, PLENTY)) {
            before = upstream.received();
            running.load().run(connections, 0, time);
            Thread load = Thread.ofVirtual().start(() -> {
                try {
                    running.load().run(connections, 0, time.plusSeconds(1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            TimeUnit.MILLISECONDS.sleep(time.toMillis() / 2);
            upstream.hang(HANGING);
            TimeUnit.MILLISECONDS.sleep(time.toMillis() / 2);
            running.kill();
            load.join();
            upstream.hang(0);
        }
        long forwarded = upstream.received() - before;
        if (forwarded <= HANGING) {
            throw new IOException("it was killed before it was under load: only " + forwarded + " calls got through");
        }
        try (Peer.Running again = peer.start(place, data, PLENTY)) {
            return new Crash(forwarded, HANGING, again.known().orElse(null));
        }
    }

    /** All at once on a budget that fits a few, at a provider that takes its time, so that nothing settles in between. */
    Crowd crowd(Peer peer) throws IOException, InterruptedException {
        try (Peer.Running running = peer.start(place, folder(peer, "crowd"), LIMIT)) {
            upstream.answer(LONG, Duration.ofSeconds(3));
            long before = upstream.received();
            Map<Integer, Long> statuses =
                    running.load().withMaxTokens(LONG.completionTokens()).once(CROWD);
            return new Crowd(upstream.received() - before, statuses);
        }
    }

    private Path folder(Peer peer, String question) throws IOException {
        return Files.createDirectories(scratch.resolve(peer.name() + "-" + question));
    }
}
