package ai.costauditor.ledger.keys;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Authorised calls and settled tokens of the last minute, by the second: a function of the events, so it is the same on
 * every node and after a restart. A second counts until 60 full seconds have passed, so a limit is never exceeded in any
 * minute.
 */
final class Rates {

    private static final int SECONDS = 61;

    private final long[] seconds = new long[SECONDS];
    private final long[] requests = new long[SECONDS];
    private final long[] tokens = new long[SECONDS];

    record Second(long second, long requests, long tokens) {}

    /** For a snapshot. */
    List<Second> state() {
        return IntStream.range(0, SECONDS)
                .filter(i -> requests[i] != 0 || tokens[i] != 0)
                .mapToObj(i -> new Second(seconds[i], requests[i], tokens[i]))
                .toList();
    }

    void restore(List<Second> state) {
        for (Second second : state) {
            int slot = slot(Instant.ofEpochSecond(second.second()));
            requests[slot] = second.requests();
            tokens[slot] = second.tokens();
        }
    }

    void authorised(Instant at) {
        int slot = slot(at);
        if (slot >= 0) {
            requests[slot]++;
        }
    }

    void settled(long used, Instant at) {
        int slot = slot(at);
        if (slot >= 0) {
            tokens[slot] += used;
        }
    }

    long requestsInMinuteBefore(Instant now) {
        return sum(requests, now);
    }

    long tokensInMinuteBefore(Instant now) {
        return sum(tokens, now);
    }

    private long sum(long[] counts, Instant now) {
        long second = now.getEpochSecond();
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (seconds[i] > second - SECONDS) {
                sum += counts[i];
            }
        }
        return sum;
    }

    /** An event that is older than what its place holds now no longer matters. */
    private int slot(Instant at) {
        long second = at.getEpochSecond();
        int slot = (int) Math.floorMod(second, (long) SECONDS);
        if (seconds[slot] > second) {
            return -1;
        }
        if (seconds[slot] < second) {
            seconds[slot] = second;
            requests[slot] = 0;
            tokens[slot] = 0;
        }
        return slot;
    }
}
