package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The prices of one model over time.
 *
 * @param contextWindow tokens, if the list says
 * @param tiers what a service tier changes, over time
 * @param factors what a service tier of the provider changes for all its models
 * @param version of the list that it stands in
 */
record ModelPrice(
        String id,
        @Nullable Long contextWindow,
        List<DatedRates> prices,
        Map<String, List<DatedRates>> tiers,
        Map<String, BigDecimal> factors,
        String version) {

    /** Most lists have one price for all regions, so a region without one changes nothing. Nothing if the model has no price, or is not known to be served in one of the tiers, at that time. */
    Optional<Rates> at(Instant at, List<String> servedTiers) {
        Optional<Rates> rates = DatedRates.at(at, prices);
        for (String tier : servedTiers) {
            if (tiers.containsKey(tier)) {
                List<DatedRates> changes = tiers.get(tier);
                rates = rates.flatMap(standard -> DatedRates.at(at, changes).map(standard::overriddenBy));
            } else if (!factors.containsKey(tier) && !ServiceTiers.isRegion(tier)) {
                return Optional.empty();
            }
        }
        for (String tier : servedTiers) {
            BigDecimal factor = tiers.containsKey(tier) ? null : factors.get(tier);
            rates = factor == null ? rates : rates.map(all -> all.times(factor));
        }
        return rates;
    }

    /** A reseller's tiers are its own: those of the original provider do not apply. */
    ModelPrice resoldBy(Map<String, BigDecimal> factorsOfReseller) {
        return new ModelPrice(id, contextWindow, prices, Map.of(), factorsOfReseller, version);
    }

    static ModelPrice of(JsonNode node, Map<String, BigDecimal> factors, String version) {
        Set<TokenKind> neverAsText = Rates.kinds(node.path("never_as_text"));
        Map<String, List<DatedRates>> tiers = new HashMap<>();
        node.path("tiers")
                .propertyStream()
                .forEach(tier -> tiers.put(tier.getKey(), DatedRates.listOf(tier.getValue(), neverAsText)));
        return new ModelPrice(
                PriceList.required(node, "id").asString(),
                node.has("context_window") ? node.get("context_window").asLong() : null,
                DatedRates.listOf(PriceList.required(node, "prices"), neverAsText),
                tiers,
                factors,
                version);
    }
}
