package ai.costauditor.ledger.model;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One call, as the model knows it. */
final class ModelCall {

    enum State {
        OPEN,
        EXPIRED,
        /** It ended, and its price is not known. */
        WITHOUT_PRICE,
        SETTLED,
        RELEASED,
        DENIED
    }

    final CallId id;
    final CallRequest request;
    final Attribution attribution;
    final Instant at;
    Hold hold;
    State state;
    long cost;
    boolean isAdjusted;
    long adjustments;

    @Nullable Refusal refused;

    @Nullable BudgetBalance balance;

    ModelCall(CallId id, CallRequest request, Attribution attribution, Instant at, Hold hold, State state) {
        this.id = id;
        this.request = request;
        this.attribution = attribution;
        this.at = at;
        this.hold = hold;
        this.state = state;
    }

    boolean isUnresolved() {
        return state == State.EXPIRED || state == State.WITHOUT_PRICE;
    }

    long held() {
        return state == State.OPEN ? Millionths.of(hold.amount()) : 0;
    }

    long unresolved() {
        return isUnresolved() ? Millionths.of(hold.amount()) : 0;
    }

    long spent() {
        return (state == State.SETTLED ? cost : 0) + adjustments;
    }

    /** What a command that comes again is told. */
    @Nullable Money told() {
        return switch (state) {
            case SETTLED -> Millionths.money(cost);
            case RELEASED -> Money.ZERO;
            case OPEN, EXPIRED, WITHOUT_PRICE, DENIED -> null;
        };
    }
}
