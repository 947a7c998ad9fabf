package ai.costauditor.gateway.charges;

import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer costs: by the model that it names, at the prices of the authorisation; rounds of other models apart. */
public final class Charging {

    private final PriceCatalogue prices;

    public Charging(PriceCatalogue prices) {
        this.prices = prices;
    }

    /**
     * @param asked the model, for answers that name none
     * @param usage that counts: the reading's own, or an estimate in its place
     */
    public Charge of(String provider, String asked, Reading reading, Usage usage, Instant authorisedAt) {
        if (reading.rounds().isEmpty() || usage.status() != Usage.Status.EXACT) {
            return price(provider, asked, reading, reading.model(), usage, authorisedAt);
        }
        List<ChargeLine> lines = new ArrayList<>();
        String version = null;
        for (Reading.Round round : reading.rounds()) {
            String served = round.model() == null ? reading.model() : round.model();
            Charge part = price(provider, asked, reading, served, round.usage(), authorisedAt);
            if (part.status() == PriceStatus.UNPRICED) {
                return part;
            }
            version = part.version();
            lines.addAll(part.lines());
        }
        return version == null ? Charge.unpriced() : Charge.of(version, lines);
    }

    private Charge price(
            String provider, String asked, Reading reading, @Nullable String served, Usage usage, Instant at) {
        return prices.charge(provider, served == null ? asked : served, reading.serviceTier(), usage, at);
    }
}
