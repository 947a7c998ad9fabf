package ai.costauditor.ledger.store;

/** An event about one call, by which it can be found in the record. */
public interface AboutCall {

    /** Text of the call's id. */
    String callId();
}
