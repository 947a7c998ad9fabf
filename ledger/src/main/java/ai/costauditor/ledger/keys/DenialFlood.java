package ai.costauditor.ledger.keys;

import java.time.Instant;

/**
 * Keeps a client that is refused in a loop from filling the disk: of the denials of one second only the first few are
 * events, and the next one that is says how many were not.
 */
final class DenialFlood {

    static final int RECORDED_PER_SECOND = 10;

    private long second = Long.MIN_VALUE;
    private int recorded;
    private long unrecorded;

    boolean isFull(Instant at) {
        return at.getEpochSecond() <= second && recorded >= RECORDED_PER_SECOND;
    }

    void leaveOut() {
        unrecorded++;
    }

    /** Since the last denial that was recorded. This part is not in the events, so a restart forgets it. */
    long unrecorded() {
        return unrecorded;
    }

    /** From the event. */
    void recorded(Instant at) {
        if (at.getEpochSecond() > second) {
            second = at.getEpochSecond();
            recorded = 0;
        }
        recorded++;
        unrecorded = 0;
    }
}
