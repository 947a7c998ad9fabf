package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The call that an adjustment corrects.
 *
 * @param unresolved what was counted because nobody knew the cost; the adjustment ends that, and its amount is the cost. None
 *     if the cost was known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Corrected(
        CallId call,
        String provider,
        String model,
        Instant authorisedAt,
        @Nullable Money unresolved) {}
