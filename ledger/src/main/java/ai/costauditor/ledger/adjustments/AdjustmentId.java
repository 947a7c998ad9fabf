package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One correction; unique within its key. Whoever sends it again with the same id corrects nothing twice. */
public record AdjustmentId(@JsonValue String value) {

    public static final String PREFIX = "adj_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AdjustmentId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not an adjustment id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static AdjustmentId next() {
        return new AdjustmentId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
