package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.pricing.Charge;
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

    record KeySuspended(KeyId key, Change change) implements Administered {}

    record KeyResumed(KeyId key, Change change) implements Administered {}

    record KeyRevoked(KeyId key, Change change) implements Administered {}

    record SecretRotated(KeyId key, SecretHash secret, Change change) implements Administered {}

    /** Something that happened to one call. {@code at} is UTC. */
    sealed interface OfCall extends KeyEvent {
        CallId call();

        Attribution attribution();

        Instant at();
    }

    /** The call may leave: its hold is placed. Its budget windows are those that hold {@code at}. */
    record CallAuthorised(KeyId key, CallId call, Attribution attribution, CallRequest request, Hold hold, Instant at)
            implements OfCall {}

    /**
     * @param balance the budget that had no room, if that was the reason
     * @param unrecorded how many refusals before this one have no event of their own, because a flood of them would fill the
     *     disk; none if there were none
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
            @Nullable Long unrecorded)
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
            this(key, call, attribution, request, reason, hold, balance, at, null);
        }
    }

    /**
     * The call ended and its usage is known. If the charge has no price its hold becomes unresolved, because unknown is
     * never zero.
     *
     * @param authorisedAt time of the authorisation: the cost counts in the windows that hold it
     */
    record CallSettled(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallRequest request,
            Usage usage,
            Charge charge,
            CallEnd end,
            Instant authorisedAt,
            Instant at)
            implements OfCall {}

    /** A settlement that came after {@link HoldExpired}: it resolves the unresolved amount. */
    record CallSettledLate(
            KeyId key,
            CallId call,
            Attribution attribution,
            CallRequest request,
            Usage usage,
            Charge charge,
            CallEnd end,
            Instant authorisedAt,
            Instant at)
            implements OfCall {}

    /** It is certain that nothing was billed; the hold is gone. */
    record CallReleased(KeyId key, CallId call, Attribution attribution, CallEnd end, Instant authorisedAt, Instant at)
            implements OfCall {}

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
            Instant at)
            implements OfCall {}

    record HoldExtended(KeyId key, CallId call, Attribution attribution, Instant expires, Instant at)
            implements OfCall {}
}
