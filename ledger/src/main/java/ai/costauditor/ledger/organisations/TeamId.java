package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A team of an organisation. */
public record TeamId(@JsonValue String value) {

    public static final String PREFIX = "team_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TeamId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a team id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static TeamId next() {
        return new TeamId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
