package ai.costauditor.ledger.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How many tokens the answers of a key have, learned from its settlements: what {@code expected} enforcement reserves for.
 * Counted by half octaves, and halved from time to time, so that what was long ago counts less. A function of the events.
 */
final class OutputSizes {

    /** Answers before anything is believed. */
    static final int ENOUGH = 50;

    private static final long MANY = 10_000;
    private static final int BUCKETS = 64;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void settled(long tokens) {
        counts[bucket(tokens)]++;
        total++;
        if (total >= MANY) {
            total = 0;
            for (int i = 0; i < BUCKETS; i++) {
                counts[i] /= 2;
                total += counts[i];
            }
        }
    }

    /** Ninety-nine of a hundred answers have no more tokens than this; none while too few are known. */
    OptionalLong p99() {
        if (total < ENOUGH) {
            return OptionalLong.empty();
        }
        long above = total / 100;
        int bucket = BUCKETS;
        long seen = 0;
        do {
            bucket--;
            seen += counts[bucket];
        } while (seen <= above);
        return OptionalLong.of(most(bucket));
    }

    /** 0, 1, 2, 3, 4–5, 6–7, 8–11, 12–15, 16–23 … */
    private static int bucket(long tokens) {
        if (tokens < 2) {
            return (int) Math.max(tokens, 0);
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(tokens);
        return Math.min(2 * octave + (int) (tokens >> (octave - 1) & 1), BUCKETS - 1);
    }

    private static long most(int bucket) {
        if (bucket < 2) {
            return bucket;
        }
        long octave = 1L << (bucket / 2);
        return bucket % 2 == 0 ? octave + octave / 2 - 1 : 2 * octave - 1;
    }

    /** For a snapshot: without the buckets that are empty at the end. */
    List<Long> state() {
        List<Long> state = new ArrayList<>();
        for (int i = BUCKETS - 1; i >= 0; i--) {
            if (counts[i] != 0 || !state.isEmpty()) {
                state.addFirst(counts[i]);
            }
        }
        return state;
    }

    void restore(List<Long> state) {
        for (int i = 0; i < state.size(); i++) {
            counts[i] = state.get(i);
            total += counts[i];
        }
    }
}
