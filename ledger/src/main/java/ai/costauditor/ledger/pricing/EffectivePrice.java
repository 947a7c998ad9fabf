package ai.costauditor.ledger.pricing;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a call would be charged by, and why.
 *
 * @param version that a charge would name; none without a price
 * @param listVersion of the price list that knows the model; none if it does not, or not in that tier
 * @param listedAs the id under which the list has the model
 * @param cache what the provider says about its cache of prompts, if that is known
 * @param considered entries of the price book that are about such a call, the closest first
 */
public record EffectivePrice(
        PriceStatus status,
        @Nullable String version,
        @Nullable String listVersion,
        @Nullable String listedAs,
        List<KindPrice> prices,
        @Nullable CacheRule cache,
        List<Considered> considered) {

    /**
     * @param kind wire name of a token kind or of a unit
     * @param above prices for the whole request when its input is longer
     */
    public record KindPrice(
            String kind,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal price,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal per,
            List<PriceRule.PriceStep> above) {

        static KindPrice of(String kind, Rate rate) {
            return new KindPrice(
                    kind,
                    Rate.plain(rate.base()),
                    rate.per(),
                    rate.steps().stream()
                            .map(step -> new PriceRule.PriceStep(step.above(), Rate.plain(step.price())))
                            .toList());
        }
    }

    /** @param why it does not count; none if it does */
    public record Considered(
            PriceRule rule, boolean wins, @Nullable String why) {}

    static EffectivePrice of(
            Optional<DatedPriceCatalogue.Found> found,
            @Nullable String listVersion,
            @Nullable String listedAs,
            @Nullable CacheRule cache,
            List<Considered> considered) {
        return new EffectivePrice(
                found.isPresent() ? PriceStatus.PRICED : PriceStatus.UNPRICED,
                found.map(DatedPriceCatalogue.Found::version).orElse(null),
                listVersion,
                listedAs,
                found.map(price -> prices(price.rates())).orElse(List.of()),
                cache,
                considered);
    }

    static List<KindPrice> prices(Rates rates) {
        List<KindPrice> prices = new ArrayList<>();
        rates.tokens().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> prices.add(KindPrice.of(entry.getKey().wireName(), entry.getValue())));
        rates.units().entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .forEach(entry -> prices.add(KindPrice.of(entry.getKey(), entry.getValue())));
        return prices;
    }
}
