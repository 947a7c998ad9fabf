package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import org.jspecify.annotations.Nullable;

/** Corrects charges: looks a call up in the record, and lets its key decide. */
public final class Adjustments {

    private final ChargedCalls calls;
    private final Ledger ledger;

    Adjustments(ChargedCalls calls, Ledger ledger) {
        this.calls = calls;
        this.ledger = ledger;
    }

    /**
     * Parameters and idempotency as of {@link AdjustCharge}.
     *
     * @throws RuleViolated if there is no such call, it has not ended, it would cost less than nothing, or the id was used for
     *     another adjustment
     */
    public ChargeAdjusted adjust(
            KeyId key,
            AdjustmentId adjustment,
            AdjustmentKind kind,
            Money amount,
            @Nullable CallId call,
            @Nullable String priceVersion,
            Change change) {
        ChargedCall charged = call == null ? null : find(key, call);
        return ledger.execute(new AdjustCharge(key, adjustment, kind, amount, charged, priceVersion, change));
    }

    private ChargedCall find(KeyId key, CallId call) {
        return calls.charged(key, call)
                .orElseThrow(() -> new RuleViolated(
                        RuleViolated.Code.NOT_FOUND, "there is no call " + call + " of " + key + " that could cost"));
    }
}
