package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One proxied request; made at the edge before anything else happens. */
public record CallId(@JsonValue String value) {

    public static final String PREFIX = "call_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CallId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a call id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static CallId next() {
        return new CallId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
