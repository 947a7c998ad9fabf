package ai.costauditor.ledger.keys;

import java.time.Instant;

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
