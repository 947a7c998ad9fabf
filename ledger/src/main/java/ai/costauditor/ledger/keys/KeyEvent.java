package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.Threshold;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.store.AboutCall;
import ai.costauditor.ledger.usage.Usage;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to a virtual key and to the calls made with it. */
public sealed interface KeyEvent {

    KeyId key();

    /** Something an administrator, or a guard, did. */
    sealed interface Administered extends KeyEvent {
        Change change();
    }

    record KeyIssued(
            KeyId key,
            String name,
            Attribution attribution,
            SecretHash secret,
            Policy policy,
            List<BudgetLimit> budgets,
            ZoneId zone,
            Change change)
            implements Administered {}

    record PolicyChanged(KeyId key, Policy policy, Change change) implements Administered {}

    record BudgetsSet(KeyId key, List<BudgetLimit> budgets, Change change) implements Administered {}

    /** What was spent has reached a part of a limit: once for each threshold in each window. */
    record ThresholdReached(KeyId key, Attribution attribution, Threshold threshold, Instant at) implements KeyEvent {}

    /**
     * From here on calls are charged to another project, team or user. What was spent, held and unresolved stays where it
     * is, and so do the ends of calls that are open.
     */
    record KeyMoved(KeyId key, Attribution attribution, Change change) implements Administered {}

    record KeySuspended(KeyId key, Change change) implements Administered {}

    record KeyResumed(KeyId key, Change change) implements Administered {}

    record KeyRevoked(KeyId key, Change change) implements Administered {}

    record SecretRotated(KeyId key, SecretHash secret, Change change) implements Administered {}

    /**
     * The cost of a call, or of the key as a whole, was corrected; what was recorded before stays as it is.
     *
     * @param attribution of the call, or of the key if there is none
     * @param amount the difference, signed
     * @param corrected the call; none if a credit is about none in particular
     * @param priceVersion that made the new charge, if it is a re-rating
     * @param afterClose if the month in which it would count was closed
     * @param change with a reason
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChargeAdjusted(
            KeyId key,
            AdjustmentId adjustment,
            Attribution attribution,
            AdjustmentKind kind,
            Money amount,
            @Nullable Corrected corrected,
            @Nullable String priceVersion,
            @Nullable AfterClose afterClose,
            Change change)
            implements KeyEvent, AboutCall {

        @Override
        public @Nullable String callId() {
            return corrected == null ? null : corrected.call().value();
        }

        /** It counts in the windows and the month that hold this moment. */
        public Instant countsAt() {
            if (afterClose != null) {
                return afterClose.countsAt();
            }
            return corrected == null ? change.at() : corrected.authorisedAt();
        }
    }

    /** Something that happened to one call. {@code at} is UTC. */
    sealed interface OfCall extends KeyEvent, AboutCall {
        CallId call();

        @Override
        default String callId() {
            return call().value();
        }

        Attribution attribution();

        Instant at();
    }

    /** A call came to an end, for the time being. */
    sealed interface Ended extends OfCall {

        /** Its holds, and normally its cost, count in the windows that hold this moment. */
        Instant authorisedAt();

        /** None unless the month of the authorisation was closed. */
        @Nullable AfterClose afterClose();

        /** Its cost counts in the windows and the month that hold this moment. */
        default Instant countsAt() {
            AfterClose after = afterClose();
            return after == null ? authorisedAt() : after.countsAt();
        }
    }

    /** The call may leave: its hold is placed. Its budget windows are those that hold {@code at}. */
    record CallAuthorised(KeyId key, CallId call, Attribution attribution, CallRequest request, Hold hold, Instant at)
            implements OfCall {}

    /**
     * @param balance the budget that had no room, if that was the reason
     * @param unrecorded how many refusals before this one have no event of their own, because a flood of them would fill the
     *     disk; none if there were none
     * @param level above the key whose policy refused it; none if it was the key's own, or a budget
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CallDenied(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallRequest request,
            Refusal reason,
            Hold hold,
            @Nullable BudgetBalance balance,
            Instant at,
            @Nullable Long unrecorded,
            @Nullable Level level)
            implements OfCall {

        @JsonCreator
        public CallDenied {}

        public CallDenied(
                KeyId key,
                CallId call,
                Attribution attribution,
                CallRequest request,
                Refusal reason,
                Hold hold,
                @Nullable BudgetBalance balance,
                Instant at) {
            this(key, call, attribution, request, reason, hold, balance, at, null, null);
        }
    }

    /**
     * The call ended and its usage is known. If the charge has no price its hold becomes unresolved, because unknown is
     * never zero.
     *
     * @param authorisedAt time of the authorisation: the cost counts in the windows that hold it
     * @param afterClose if its month was closed before the call ended
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CallSettled(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallRequest request,
            Usage usage,
            Charge charge,
            CallEnd end,
            Instant authorisedAt,
            Instant at,
            @Nullable AfterClose afterClose)
            implements Ended {

        @JsonCreator
        public CallSettled {}

        public CallSettled(
                KeyId key,
                CallId call,
                Attribution attribution,
                CallRequest request,
                Usage usage,
                Charge charge,
                CallEnd end,
                Instant authorisedAt,
                Instant at) {
            this(key, call, attribution, request, usage, charge, end, authorisedAt, at, null);
        }
    }

    /** A settlement that came after {@link HoldExpired}: it resolves the unresolved amount. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CallSettledLate(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallRequest request,
            Usage usage,
            Charge charge,
            CallEnd end,
            Instant authorisedAt,
            Instant at,
            @Nullable AfterClose afterClose)
            implements Ended {

        @JsonCreator
        public CallSettledLate {}

        public CallSettledLate(
                KeyId key,
                CallId call,
                Attribution attribution,
                CallRequest request,
                Usage usage,
                Charge charge,
                CallEnd end,
                Instant authorisedAt,
                Instant at) {
            this(key, call, attribution, request, usage, charge, end, authorisedAt, at, null);
        }
    }

    /**
     * It is certain that nothing was billed; the hold is gone.
     *
     * @param afterClose if its month was closed while nobody knew that, so that the month has counted the call
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CallReleased(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallEnd end,
            Instant authorisedAt,
            Instant at,
            @Nullable AfterClose afterClose)
            implements Ended {

        @JsonCreator
        public CallReleased {}

        public CallReleased(
                KeyId key, CallId call, Attribution attribution, CallEnd end, Instant authorisedAt, Instant at) {
            this(key, call, attribution, end, authorisedAt, at, null);
        }
    }

    /** The outcome is not known: the hold's amount is unresolved in the windows of the authorisation. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HoldExpired(
            KeyId key,
            CallId call,
            Attribution attribution,
            Hold hold,
            CallEnd end,
            @Nullable Usage usage,
            Instant authorisedAt,
            Instant at,
            @Nullable AfterClose afterClose)
            implements Ended {

        @JsonCreator
        public HoldExpired {}

        public HoldExpired(
                KeyId key,
                CallId call,
                Attribution attribution,
                Hold hold,
                CallEnd end,
                @Nullable Usage usage,
                Instant authorisedAt,
                Instant at) {
            this(key, call, attribution, hold, end, usage, authorisedAt, at, null);
        }
    }

    record HoldExtended(KeyId key, CallId call, Attribution attribution, Instant expires, Instant at)
            implements OfCall {}
}
