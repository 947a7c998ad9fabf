package ai.costauditor.ledger.keys;

import java.util.Optional;

/** Calls that a key no longer remembers, from the record. */
interface CallHistory {

    Optional<CallMemory.Past> find(KeyId key, CallId call);
}
