package ai.costauditor.gateway.charges;

import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.Charge.Unrated;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an answer costs: by the model that it names, at the prices of the authorisation; rounds of other models apart. */
public final class Charging {

    private final PriceBooks prices;

    public Charging(PriceBooks prices) {
        this.prices = prices;
    }

    /**
     * @param organisation whose prices they are
     * @param asked the model, for answers that name none
     * @param conditions the tier as served, and the region; see {@link PriceCatalogue#charge}
     * @param usage that counts: the reading's own, or an estimate in its place
     */
    public Charge of(
            OrganisationId organisation,
            String provider,
            String asked,
            Reading reading,
            @Nullable String conditions,
            Usage usage,
            Instant authorisedAt) {
        PriceCatalogue catalogue = prices.of(organisation);
        if (reading.rounds().isEmpty() || !usage.equals(reading.usage())) {
            String served = reading.model() == null ? asked : reading.model();
            Charge charge = catalogue.charge(provider, served, conditions, usage, authorisedAt);
            Charge shortest = reading.roundsUnknown()
                    ? catalogue.charge(provider, served, conditions, shortest(usage), authorisedAt)
                    : charge;
            return rates(shortest).equals(rates(charge)) ? charge : charge.doubted(Charge.Doubt.LONG_CONTEXT);
        }
        List<ChargeLine> lines = new ArrayList<>();
        List<Unrated> parts = new ArrayList<>();
        String version = null;
        boolean priced = true;
        for (Reading.Round round : reading.rounds()) {
            String named = round.model() == null ? reading.model() : round.model();
            String served = named == null ? asked : named;
            Charge part = catalogue.charge(provider, served, conditions, round.usage(), authorisedAt);
            parts.add(new Unrated(served, conditions, round.usage()));
            priced &= part.status() == PriceStatus.PRICED;
            version = part.version() == null ? version : part.version();
            lines.addAll(part.lines());
        }
        // a price that comes late has to price all of them
        return priced && version != null ? Charge.of(version, lines) : Charge.unpriced(parts);
    }

    /** The same kinds in a request that is as short as can be: below every threshold. */
    private static Usage shortest(Usage usage) {
        Map<TokenKind, Long> one = new EnumMap<>(TokenKind.class);
        usage.tokens().keySet().forEach(kind -> one.put(kind, 1L));
        return new Usage(usage.status(), one, usage.units(), null);
    }

    private static List<BigDecimal> rates(Charge charge) {
        return charge.lines().stream().map(ChargeLine::unitPrice).toList();
    }
}
