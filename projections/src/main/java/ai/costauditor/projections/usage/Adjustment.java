package ai.costauditor.projections.usage;

import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.projections.Named;
import ai.costauditor.projections.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A correction of what was recorded.
 *
 * @param callId none for a credit that is about no call in particular
 * @param provider none as well
 * @param amount the difference, signed
 * @param unresolved what was counted before, if nobody knew the cost
 * @param priceVersion of a re-rating
 * @param countsAt it counts in the periods that hold this moment (UTC): that of its call, unless that month was closed
 * @param corrects the closed month that it corrects, such as {@code 2026-03}; none if it counts where its call does
 * @param adjustedAt when it was made (UTC)
 */
public record Adjustment(
        AdjustmentId id,
        Named key,
        Named team,
        Named project,
        @Nullable Named user,
        @Nullable CallId callId,
        @Nullable String provider,
        @Nullable String model,
        AdjustmentKind kind,
        Money amount,
        @Nullable Money unresolved,
        @Nullable String priceVersion,
        Instant countsAt,
        @Nullable String corrects,
        Named actor,
        @Nullable String reason,
        Instant adjustedAt) {

    /** As the ledger has just recorded it. */
    public static Adjustment of(ChargeAdjusted e, Names names) {
        Attribution attribution = e.attribution();
        Corrected corrected = e.corrected();
        AfterClose afterClose = e.afterClose();
        return new Adjustment(
                e.adjustment(),
                Named.of(e.key().value(), names),
                Named.of(attribution.team().value(), names),
                Named.of(attribution.project().value(), names),
                attribution.user() == null ? null : Named.of(attribution.user().value(), names),
                corrected == null ? null : corrected.call(),
                corrected == null ? null : corrected.provider(),
                corrected == null ? null : corrected.model(),
                e.kind(),
                e.amount(),
                corrected == null ? null : corrected.unresolved(),
                e.priceVersion(),
                e.countsAt(),
                afterClose == null ? null : afterClose.corrects().toString(),
                Named.of(e.change().actor(), names),
                e.change().reason(),
                e.change().at());
    }
}
