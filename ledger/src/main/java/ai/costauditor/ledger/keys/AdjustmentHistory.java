package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import java.util.List;
import java.util.Optional;

/** The adjustments of a key that are in the record. */
interface AdjustmentHistory {

    Optional<ChargeAdjusted> find(KeyId key, AdjustmentId adjustment);

    /** In their order. */
    List<ChargeAdjusted> of(KeyId key, CallId call);
}
