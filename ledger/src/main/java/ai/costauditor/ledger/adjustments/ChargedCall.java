package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended, as the record knows it.
 *
 * @param model as served, else as asked for
 * @param cost of its settlement, without adjustments; zero if it was released, none if nobody knows it
 */
public record ChargedCall(
        CallId call,
        Attribution attribution,
        String provider,
        String model,
        Instant authorisedAt,
        @Nullable Money cost) {}
