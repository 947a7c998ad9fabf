package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.keys.Policy;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Authorised calls and settled tokens of the last minute, by the second: a function of the events, so it is the same on
 * every node and after a restart. A second counts until 60 full seconds have passed, so a limit is never exceeded in any
 * minute.
 */
public final class Rates {

    private static final int SECONDS = 61;

    private final long[] seconds = new long[SECONDS];
    private final long[] requests = new long[SECONDS];
    private final long[] tokens = new long[SECONDS];

    public record Second(long second, long requests, long tokens) {}

    /** For a snapshot. */
    public List<Second> state() {
        return IntStream.range(0, SECONDS)
                .filter(i -> requests[i] != 0 || tokens[i] != 0)
                .mapToObj(i -> new Second(seconds[i], requests[i], tokens[i]))
                .toList();
    }

    public void restore(List<Second> state) {
        state.forEach(this::add);
    }

    /** What was counted elsewhere in one second, on top. */
    public void add(Second second) {
        int slot = slot(Instant.ofEpochSecond(second.second()));
        if (slot >= 0) {
            requests[slot] += second.requests();
            tokens[slot] += second.tokens();
        }
    }

    public void authorised(Instant at) {
        int slot = slot(at);
        if (slot >= 0) {
            requests[slot]++;
        }
    }

    public void settled(long used, Instant at) {
        int slot = slot(at);
        if (slot >= 0) {
            tokens[slot] += used;
        }
    }

    public long requestsInMinuteBefore(Instant now) {
        return sum(requests, now);
    }

    public long tokensInMinuteBefore(Instant now) {
        return sum(tokens, now);
    }

    Rates copy() {
        Rates copy = new Rates();
        System.arraycopy(seconds, 0, copy.seconds, 0, SECONDS);
        System.arraycopy(requests, 0, copy.requests, 0, SECONDS);
        System.arraycopy(tokens, 0, copy.tokens, 0, SECONDS);
        return copy;
    }

    /** Where the limits of a policy stand. */
    public RateLimits limits(Policy policy, Instant now) {
        return new RateLimits(
                policy.requestsPerMinute() == null ? null : requests(policy.requestsPerMinute(), now),
                policy.tokensPerMinute() == null ? null : tokens(policy.tokensPerMinute(), now));
    }

    /** Where a limit on requests stands. */
    private RateLimits.Standing requests(long limit, Instant now) {
        return standing(requests, limit, now);
    }

    /** Where a limit on tokens stands. */
    private RateLimits.Standing tokens(long limit, Instant now) {
        return standing(tokens, limit, now);
    }

    private RateLimits.Standing standing(long[] counts, long limit, Instant now) {
        long second = now.getEpochSecond();
        long used = sum(counts, now);
        long rest = used;
        long next = second;
        long last = second;
        for (int i = 1; i <= SECONDS; i++) {
            int slot = (int) Math.floorMod(second + i, (long) SECONDS);
            if (counts[slot] > 0 && seconds[slot] > second - SECONDS) {
                next = rest >= limit ? seconds[slot] + SECONDS : next;
                last = Math.max(last, seconds[slot] + SECONDS);
                rest -= counts[slot];
            }
        }
        return new RateLimits.Standing(
                limit, Math.max(0, limit - used), Instant.ofEpochSecond(next), Instant.ofEpochSecond(last));
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
