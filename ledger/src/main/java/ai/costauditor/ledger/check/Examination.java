package ai.costauditor.ledger.check;

import java.util.List;

/** One group of invariants. It sees every event once, in the order of the record, and then the tables. */
public interface Examination {

    /** Before the first event. */
    default void begin(Store store) {}

    default void see(StoredEvent event, Effect effect) {}

    /** After the last event. */
    default void end(Store store) {}

    List<Line> lines();
}
