package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A project of a team. */
public record ProjectId(@JsonValue String value) {

    public static final String PREFIX = "proj_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ProjectId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a project id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static ProjectId next() {
        return new ProjectId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
