package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.ledger.periods.ClosedPeriods;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of adjustments. Those of the running batch are not in the record yet, so the newest are kept here; older ones
 * are looked up.
 */
final class KeyAdjustments {

    /** More than a batch can hold. */
    private static final int REMEMBERED = 1_024;

    private final Map<AdjustmentId, ChargeAdjusted> newest = new LinkedHashMap<>();

    /** @throws RuleViolated if the id belongs to another adjustment */
    Optional<ChargeAdjusted> before(AdjustCharge c, AdjustmentHistory history) {
        ChargeAdjusted known = newest.get(c.adjustment());
        Optional<ChargeAdjusted> before = known == null ? history.find(c.key(), c.adjustment()) : Optional.of(known);
        before.ifPresent(e -> require(isSame(e, c), CONFLICT, c.adjustment() + " was another adjustment"));
        return before;
    }

    private static boolean isSame(ChargeAdjusted e, AdjustCharge c) {
        return e.kind() == c.kind()
                && e.amount().equals(c.amount())
                && Objects.equals(call(e), c.call() == null ? null : c.call().call())
                && Objects.equals(e.priceVersion(), c.priceVersion());
    }

    private static @Nullable CallId call(ChargeAdjusted e) {
        return e.corrected() == null ? null : e.corrected().call();
    }

    /**
     * @param own the key's attribution, for a credit about no call
     * @param unresolved the call, if its cost is not known
     */
    ChargeAdjusted decide(
            AdjustCharge c,
            Attribution own,
            @Nullable OpenCall unresolved,
            AdjustmentHistory history,
            ClosedPeriods periods) {
        String reason = c.change().reason();
        require(reason != null && !reason.isBlank(), INVALID, "an adjustment needs a reason");
        boolean isReRating = c.kind() == AdjustmentKind.RE_RATING;
        require(
                isReRating == (c.priceVersion() != null),
                INVALID,
                "a re-rating, and nothing else, has a price version");
        require(c.kind() != AdjustmentKind.CREDIT || c.amount().isNegative(), INVALID, "a credit is negative");
        ChargedCall call = c.call();
        if (call == null) {
            require(c.kind() == AdjustmentKind.CREDIT, INVALID, "only a credit is about no call in particular");
        } else {
            requireSense(c, call, unresolved, history);
        }
        Attribution attribution = call == null ? own : call.attribution();
        Instant now = c.change().at();
        AfterClose afterClose =
                periods.afterClose(attribution.organisation(), call == null ? now : call.authorisedAt(), now);
        return new ChargeAdjusted(
                c.key(),
                c.adjustment(),
                attribution,
                c.kind(),
                c.amount(),
                call == null ? null : corrected(call, unresolved),
                c.priceVersion(),
                afterClose,
                c.change());
    }

    private void requireSense(
            AdjustCharge c, ChargedCall call, @Nullable OpenCall unresolved, AdjustmentHistory history) {
        Money before = Money.ZERO;
        if (unresolved == null) {
            Map<AdjustmentId, ChargeAdjusted> earlier = earlier(c.key(), call.call(), history);
            require(
                    call.cost() != null || !earlier.isEmpty(),
                    CONFLICT,
                    call.call() + " has been settled meanwhile; look at it again");
            require(!c.amount().isZero(), INVALID, "the cost is known already, so zero changes nothing");
            before = earlier.values().stream()
                    .map(ChargeAdjusted::amount)
                    .reduce(call.cost() == null ? Money.ZERO : call.cost(), Money::plus);
        }
        require(
                !before.plus(c.amount()).isNegative(),
                CONFLICT,
                call.call() + " costs " + before + "; it cannot cost less than nothing");
    }

    private Map<AdjustmentId, ChargeAdjusted> earlier(KeyId key, CallId call, AdjustmentHistory history) {
        Map<AdjustmentId, ChargeAdjusted> earlier = new LinkedHashMap<>();
        history.of(key, call).forEach(e -> earlier.put(e.adjustment(), e));
        newest.values().stream().filter(e -> call.equals(call(e))).forEach(e -> earlier.put(e.adjustment(), e));
        return earlier;
    }

    private static Corrected corrected(ChargedCall call, @Nullable OpenCall unresolved) {
        return new Corrected(
                call.call(),
                call.provider(),
                call.model(),
                call.authorisedAt(),
                unresolved == null ? null : unresolved.hold().amount());
    }

    private static void require(boolean rule, RuleViolated.Code code, String message) {
        if (!rule) {
            throw new RuleViolated(code, message);
        }
    }

    /** From the event. */
    void remember(ChargeAdjusted e) {
        newest.put(e.adjustment(), e);
        if (newest.size() > REMEMBERED) {
            newest.remove(newest.keySet().iterator().next());
        }
    }
}
