package ai.costauditor.projections.usage;

import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Named;
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
        Instant adjustedAt) {}
