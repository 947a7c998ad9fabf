package ai.costauditor.ledger.pricing;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an organisation pays, other than the catalogue says.
 *
 * @param provider our name of the provider, or {@code *}
 * @param model as the catalogue names it (then its aliases and snapshots are meant too), or with {@code *} for any text
 * @param tier of service, several joined by {@code +}; {@code *} for all; none is standard service for a price, and all for
 *     a discount or a mark-up
 * @param region where it is served; none is everywhere
 * @param dailyFrom UTC, inclusive; with {@code dailyTo}, the hours of each day in which it holds
 * @param dailyTo UTC, exclusive; before {@code dailyFrom} if the hours include midnight
 * @param prices by wire name of a token kind or of a unit; none of a discount or a mark-up
 * @param percent of a discount or a mark-up, above zero
 * @param from inclusive
 * @param until exclusive; none while nobody has ended it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PriceRule(
        PriceId id,
        Kind kind,
        String provider,
        String model,
        @Nullable String tier,
        @Nullable String region,
        @Nullable LocalTime dailyFrom,
        @Nullable LocalTime dailyTo,
        Map<String, UnitPrice> prices,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable BigDecimal percent,

        Instant from,
        @Nullable Instant until) {

    public static final String ANY = "*";

    public enum Kind {
        /** Other prices for some kinds of a model in the catalogue; the rest stays. */
        @JsonProperty("override")
        OVERRIDE,
        /** All prices of a model; nothing is taken from the catalogue. */
        @JsonProperty("own_model")
        OWN_MODEL,
        /** Off the prices of the catalogue. */
        @JsonProperty("discount")
        DISCOUNT,
        /** On whatever price holds. */
        @JsonProperty("mark_up")
        MARK_UP;

        boolean isFixed() {
            return this == OVERRIDE || this == OWN_MODEL;
        }
    }

    /**
     * @param price of {@code per} units
     * @param per 1,000,000 for tokens
     * @param above prices for the whole request when its input, cached input too, is longer
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record UnitPrice(
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal price,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal per,
            List<PriceStep> above) {

        public UnitPrice {
            above = above == null ? List.of() : List.copyOf(above);
        }

        Rate rate() {
            return new Rate(
                    price,
                    above.stream()
                            .map(step -> new Rate.Step(step.input(), step.price()))
                            .toList(),
                    per,
                    null);
        }
    }

    /** @param input tokens of the request; with one more, this price holds */
    public record PriceStep(
            long input,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal price) {}

    public PriceRule {
        prices = prices == null ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(prices));
    }

    /** Whether a kind is counted in tokens; anything else is a unit. */
    public static boolean isTokenKind(String kind) {
        return Rates.isTokenKind(kind);
    }

    PriceRule endedAt(Instant end) {
        return new PriceRule(id, kind, provider, model, tier, region, dailyFrom, dailyTo, prices, percent, from, end);
    }

    boolean holdsAt(Instant at) {
        return !at.isBefore(from)
                && (until == null || at.isBefore(until))
                && (dailyFrom == null || dailyTo == null || DatedRates.isDaily(at, dailyFrom, dailyTo));
    }
}
