package ai.costauditor.ledger.store;

import org.jspecify.annotations.Nullable;

/** An event about one call, by which it can be found in the record. */
public interface AboutCall {

    /** Text of the call's id; none if this event is about no call after all. */
    @Nullable String callId();
}
