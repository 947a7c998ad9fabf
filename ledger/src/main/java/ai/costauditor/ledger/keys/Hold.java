package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.money.Money;
import java.time.Instant;

/**
 * Money reserved for a call.
 *
 * @param expires when it stops being a hold and becomes an unresolved amount (UTC)
 * @param node the process that forwards the call; its death ends the hold early
 */
public record Hold(Money amount, Instant expires, String node) {

    Hold of(Money other) {
        return other.equals(amount) ? this : new Hold(other, expires, node);
    }
}
