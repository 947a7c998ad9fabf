package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import java.util.Optional;

/** What the record says that calls cost. Slow on a long stream: outside of decisions only. */
public interface ChargedCalls {

    /** Empty if the key never authorised such a call. */
    Optional<ChargedCall> charged(KeyId key, CallId call);

    /** Empty if it has a cost by now, or was never settled. */
    Optional<UnpricedCall> unpriced(KeyId key, CallId call);
}
