package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The tenant: nothing crosses it. */
public record OrganisationId(@JsonValue String value) {

    public static final String PREFIX = "org_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public OrganisationId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not an organisation id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static OrganisationId next() {
        return new OrganisationId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
