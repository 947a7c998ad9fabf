package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A virtual key, stable while its secret is rotated. */
public record KeyId(@JsonValue String value) {

    public static final String PREFIX = "key_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public KeyId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a key id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static KeyId next() {
        return new KeyId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
