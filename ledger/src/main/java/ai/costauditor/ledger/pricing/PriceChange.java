package ai.costauditor.ledger.pricing;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One price that is another in a newer list.
 *
 * @param condition the tier and the long-context threshold that it is for; none for the plain price
 * @param before of {@code per} units; none if the list has no such price
 * @param after of {@code per} units; none if the newer list has no such price
 * @param percent of the old price, signed; none if one of both is missing or the old one is zero
 */
public record PriceChange(
        Change change,
        String provider,
        String model,
        String kind,
        @Nullable String condition,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable BigDecimal before,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable BigDecimal after,

        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal per,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable BigDecimal percent) {

    public enum Change {
        @JsonProperty("added")
        ADDED,
        @JsonProperty("removed")
        REMOVED,
        @JsonProperty("changed")
        CHANGED
    }

    /**
     * Between the newest list that is shipped and another one.
     *
     * @throws IllegalArgumentException if that is no price list
     */
    public static List<PriceChange> sinceShipped(JsonNode list, Instant at) {
        return between(DatedPriceCatalogue.shipped().lists().getLast(), PriceList.of(list, at), at);
    }

    private record Place(String kind, @Nullable String condition, BigDecimal per) {}

    /** By provider, model and kind; what is equal is left out. */
    static List<PriceChange> between(PriceList old, PriceList newer, Instant at) {
        List<PriceChange> changes = new ArrayList<>();
        TreeSet<String> providers = new TreeSet<>(old.providers().toList());
        newer.providers().forEach(providers::add);
        for (String provider : providers) {
            Map<String, ModelPrice> before = byId(old, provider);
            Map<String, ModelPrice> after = byId(newer, provider);
            TreeSet<String> models = new TreeSet<>(before.keySet());
            models.addAll(after.keySet());
            for (String model : models) {
                compare(provider, model, prices(before.get(model), at), prices(after.get(model), at), changes);
            }
        }
        return changes;
    }

    private static Map<String, ModelPrice> byId(PriceList list, String provider) {
        Map<String, ModelPrice> prices = new TreeMap<>();
        list.prices(provider).forEach(price -> prices.putIfAbsent(price.id(), price));
        return prices;
    }

    private static void compare(
            String provider,
            String model,
            Map<Place, BigDecimal> before,
            Map<Place, BigDecimal> after,
            List<PriceChange> changes) {
        Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .forEach(place -> {
                    BigDecimal old = before.get(place);
                    BigDecimal now = after.get(place);
                    if (old == null || now == null ? !Objects.equals(old, now) : old.compareTo(now) != 0) {
                        changes.add(new PriceChange(
                                old == null ? Change.ADDED : now == null ? Change.REMOVED : Change.CHANGED,
                                provider,
                                model,
                                place.kind,
                                place.condition,
                                old,
                                now,
                                place.per,
                                percent(old, now)));
                    }
                });
    }

    private static @Nullable BigDecimal percent(@Nullable BigDecimal old, @Nullable BigDecimal now) {
        return old == null || now == null || old.signum() == 0
                ? null
                : Rate.plain(now.subtract(old).movePointRight(2).divide(old, new MathContext(4)));
    }

    private static Map<Place, BigDecimal> prices(@Nullable ModelPrice model, Instant at) {
        Map<Place, BigDecimal> prices = new LinkedHashMap<>();
        if (model != null) {
            DatedRates.at(at, model.prices()).ifPresent(rates -> add(null, rates, prices));
            new TreeMap<>(model.tiers())
                    .forEach((tier, dated) -> DatedRates.at(at, dated).ifPresent(rates -> add(tier, rates, prices)));
        }
        return prices;
    }

    private static void add(@Nullable String tier, Rates rates, Map<Place, BigDecimal> prices) {
        for (EffectivePrice.KindPrice price : EffectivePrice.prices(rates)) {
            prices.put(new Place(price.kind(), tier, price.per()), price.price());
            for (PriceRule.PriceStep step : price.above()) {
                String above = "above " + step.input();
                prices.put(
                        new Place(price.kind(), tier == null ? above : tier + ", " + above, price.per()), step.price());
            }
        }
    }
}
