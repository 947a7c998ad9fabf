package ai.costauditor.ledger.pricing;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a provider says about its cache of prompts.
 *
 * @param minimumPrefix input tokens from which a prefix is kept
 * @param lifetimes that can be chosen, the shortest first; empty if the provider promises none
 * @param source where that stands
 */
public record CacheRule(long minimumPrefix, List<Lifetime> lifetimes, String source) {

    /**
     * @param seconds after the last use
     * @param writeFactor what writing costs, as a multiple of input; one is nothing more
     */
    public record Lifetime(
            long seconds,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal writeFactor) {}

    private record Family(ModelMatch match, CacheRule rule) {}

    private static final List<Family> FAMILIES = PriceList.read("/pricing/cache.json")
            .get("families")
            .valueStream()
            .map(node -> new Family(ModelMatch.of(node.get("match")), of(node)))
            .toList();

    private static CacheRule of(JsonNode node) {
        return new CacheRule(
                node.get("minimum_prefix").asLong(),
                node.get("lifetimes")
                        .valueStream()
                        .map(lifetime -> new Lifetime(
                                lifetime.get("seconds").asLong(),
                                new BigDecimal(lifetime.get("write_factor").asString())))
                        .toList(),
                node.get("source").asString());
    }

    /** Whoever serves the model; empty if nobody has written down what holds for it. */
    public static Optional<CacheRule> of(String model) {
        String name = ModelName.of(model).bare().text();
        return FAMILIES.stream()
                .filter(family -> family.match.matches(name))
                .map(Family::rule)
                .findFirst();
    }
}
