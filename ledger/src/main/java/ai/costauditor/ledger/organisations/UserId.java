package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A person, by a pseudonymous id: names stay out of the events. */
public record UserId(@JsonValue String value) {

    public static final String PREFIX = "user_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UserId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a user id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static UserId next() {
        return new UserId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
