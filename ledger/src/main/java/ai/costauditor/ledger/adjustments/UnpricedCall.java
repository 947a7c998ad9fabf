package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.Charge.Unrated;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A call that was settled without a price, and nobody has said yet what it cost.
 *
 * @param parts by which prices are found; empty if the record does not say, and then no price can be found
 */
public record UnpricedCall(CallId call, String provider, List<Unrated> parts, Usage usage, Instant authorisedAt) {

    /** By the prices of its time: all of it, or nothing. */
    public Charge price(PriceCatalogue prices) {
        List<ChargeLine> lines = new ArrayList<>();
        String version = null;
        for (Unrated part : parts) {
            Usage used = part.usage() == null ? usage : part.usage();
            Charge charge = prices.charge(provider, part.model(), part.serviceTier(), used, authorisedAt);
            if (charge.status() == PriceStatus.UNPRICED) {
                return charge;
            }
            version = charge.version();
            lines.addAll(charge.lines());
        }
        return version == null ? Charge.unpriced() : Charge.of(version, lines);
    }
}
