package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.Usage;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a virtual key can be asked to do. */
public sealed interface KeyCommand<R> extends Command<R> {

    KeyId key();

    @Override
    default String stream() {
        return key().value();
    }

    // --- administration: each answers with the key's id ---

    /** @param zone the organisation's reporting time zone, in which the key's budgets are cut */
    record IssueKey(
            KeyId key,
            String name,
            Attribution attribution,
            SecretHash secret,
            Policy policy,
            List<BudgetLimit> budgets,
            ZoneId zone,
            Change change)
            implements KeyCommand<KeyId> {}

    record ChangePolicy(KeyId key, Policy policy, Change change) implements KeyCommand<KeyId> {}

    /** Replaces all limits of the key. What was spent and held in a window stays counted. */
    record SetBudgets(KeyId key, List<BudgetLimit> budgets, Change change) implements KeyCommand<KeyId> {}

    /** Charges the future to another project, team or user of the same organisation. */
    record MoveKey(KeyId key, Attribution to, Change change) implements KeyCommand<KeyId> {}

    record SuspendKey(KeyId key, Change change) implements KeyCommand<KeyId> {}

    record ResumeKey(KeyId key, Change change) implements KeyCommand<KeyId> {}

    record RevokeKey(KeyId key, Change change) implements KeyCommand<KeyId> {}

    /** The old secret stops working with this command. */
    record RotateSecret(KeyId key, SecretHash secret, Change change) implements KeyCommand<KeyId> {}

    /** The key's own limits as they stand at the instant; changes nothing. */
    record TellBalances(KeyId key, Instant at) implements KeyCommand<List<BudgetBalance>> {}

    // --- the life of a call ---

    /**
     * Reserves the money of a call or refuses it. Idempotent on the call id: the same id and fingerprint gives the same
     * decision again; another fingerprint is a conflict. After {@code LedgerUnavailable} the id is used up: if the hold was
     * recorded after all, the ledger releases it, so another attempt needs another id.
     *
     * @param hold the most that the call may cost (under the key's enforcement)
     * @param price whether that is known; a call without a price is refused under a hard budget
     * @param estimate what the hold is made of, for policies that may reserve less; none if that is not known
     */
    record AuthoriseCall(
            KeyId key,
            CallId call,
            CallRequest request,
            Hold hold,
            PriceStatus price,
            @Nullable Estimate estimate,
            Instant at)
            implements KeyCommand<Authorisation> {

        public AuthoriseCall(KeyId key, CallId call, CallRequest request, Hold hold, PriceStatus price, Instant at) {
            this(key, call, request, hold, price, null, at);
        }

        @Override
        public Command<?> afterDoubt() {
            CallEnd neverLeft = new CallEnd(null, 0, 0, CallEnd.Outcome.UNREACHABLE, List.of());
            return new ReleaseCall(key, call, neverLeft, at);
        }
    }

    /**
     * Ends a call with what it used. Never fails for lack of money: the tokens are spent. After {@code HoldExpired} it is
     * recorded as a late settlement. The same settlement again changes nothing and answers the same.
     */
    record SettleCall(KeyId key, CallId call, Usage usage, Charge charge, CallEnd end, Instant at)
            implements KeyCommand<Settlement> {}

    /** Ends a call of which it is certain that nothing was billed. */
    record ReleaseCall(KeyId key, CallId call, CallEnd end, Instant at) implements KeyCommand<Settlement> {}

    /**
     * Ends a hold whose outcome is not known (it timed out, its process died, the provider failed after the request was
     * sent, or its usage is invalid). The amount stays counted as unresolved. A no-op if the call has ended already.
     *
     * @param usage what the provider said, if it said anything
     */
    record ExpireHold(
            KeyId key, CallId call, CallEnd end, @Nullable Usage usage, Instant at) implements KeyCommand<Settlement> {}

    /** A long stream keeps its hold. A no-op if the call has ended. */
    record ExtendHold(KeyId key, CallId call, Instant expires, Instant at) implements KeyCommand<KeyId> {}

    // --- corrections ---

    /**
     * Corrects what a call cost, resolves a cost that nobody knew, or gives a credit. Idempotent on the adjustment's id within
     * the key: the same again changes nothing and answers the same, another adjustment with the id is a conflict.
     *
     * @param amount the difference, signed; of a call whose cost is not known, the cost itself, which may be zero
     * @param call none for a credit that is about no call in particular
     * @param priceVersion for a re-rating
     * @param change with a reason
     */
    record AdjustCharge(
            KeyId key,
            AdjustmentId adjustment,
            AdjustmentKind kind,
            Money amount,
            @Nullable ChargedCall call,
            @Nullable String priceVersion,
            Change change)
            implements KeyCommand<KeyEvent.ChargeAdjusted> {}

    /**
     * What a hold is made of.
     *
     * @param input the most that the input can cost, with the fees of a call
     * @param likelyInput what it costs by the count of a tokeniser or by rule of thumb
     * @param perOutputToken one more token in every answer that was asked for
     * @param output tokens of one answer, at most
     * @param canBeShorter whether the request can be sent with a smaller {@code max_tokens}
     */
    record Estimate(Money input, Money likelyInput, Money perOutputToken, long output, boolean canBeShorter) {

        /** For answers of no more than so many tokens. */
        Money likely(long tokens) {
            return likelyInput.plus(perOutputToken.times(Math.min(tokens, output)));
        }

        /** The longest answers that an amount is enough for; negative if it is not even enough for the input. */
        public long fitting(Money amount) {
            Money rest = amount.minus(input);
            return rest.isNegative() ? -1 : Math.min(output, rest.over(perOutputToken));
        }

        public Money of(long tokens) {
            return input.plus(perOutputToken.times(tokens));
        }
    }

    // --- answers ---

    /** The decision on a call. */
    sealed interface Authorisation {

        CallId call();

        /**
         * @param available the least that is left of any hard budget after the hold; none without hard budgets
         * @param shortened the hold is enough for a shorter answer only, so the request has to say so
         * @param limits where the tightest limits per minute stand; none without
         */
        record Authorised(
                CallId call,
                Money hold,
                @Nullable Money available,
                boolean shortened,
                @Nullable RateLimits limits) implements Authorisation {

            @JsonCreator
            public Authorised {}

            public Authorised(CallId call, Money hold, @Nullable Money available) {
                this(call, hold, available, false, null);
            }
        }

        /**
         * @param balance the budget that has no room, if the reason is money
         * @param level whose policy refuses; none if it is no policy
         * @param limits as in {@link Authorised}
         */
        record Refused(
                CallId call,
                Refusal reason,
                Money hold,
                @Nullable BudgetBalance balance,
                @Nullable Level level,
                @Nullable RateLimits limits)
                implements Authorisation {

            @JsonCreator
            public Refused {}

            public Refused(CallId call, Refusal reason, Money hold, @Nullable BudgetBalance balance) {
                this(call, reason, hold, balance, null, null);
            }
        }
    }

    /**
     * What a terminal command answers.
     *
     * @param cost none while it is not known
     * @param available as in {@link Authorisation.Authorised}
     */
    record Settlement(
            CallId call, @Nullable Money cost, @Nullable Money available) {}
}
