package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.TimeOrderedIds;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One entry of a price book; unique within its organisation. Whoever sends it again with the same id makes nothing twice. */
public record PriceId(@JsonValue String value) {

    public static final String PREFIX = "price_";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PriceId {
        if (!value.startsWith(PREFIX) || value.length() > 64) {
            throw new IllegalArgumentException("not a price id: it starts with " + PREFIX);
        }
    }

    /** A new, time-ordered id. For edges only: the domain gets its ids with the command. */
    public static PriceId next() {
        return new PriceId(PREFIX + TimeOrderedIds.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
