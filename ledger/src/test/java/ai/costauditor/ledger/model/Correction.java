package ai.costauditor.ledger.model;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An adjustment, which begins with a look into the record; between the look and the command much can happen. */
final class Correction {

    private Correction() {}

    interface Look {
        Optional<ChargedCall> charged(KeyId key, CallId call);
    }

    /** Nothing is sent about a call that could not cost anything. */
    static List<Command<?>> of(
            AuthoriseCall call,
            AdjustmentId id,
            AdjustmentKind kind,
            long amount,
            @Nullable String priceVersion,
            Change change,
            Look look) {
        return look.charged(call.key(), call.call())
                .<List<Command<?>>>map(charged -> List.of(new AdjustCharge(
                        call.key(), id, kind, Millionths.money(amount), charged, priceVersion, change)))
                .orElse(List.of());
    }

    static Command<?> credit(KeyId key, AdjustmentId id, long amount, Change change) {
        return new AdjustCharge(key, id, AdjustmentKind.CREDIT, Millionths.money(amount), null, null, change);
    }
}
