package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.Usage;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The money of one settlement.
 *
 * @param version the price version that made it; none if unpriced
 * @param total the sum of the lines; none if unpriced, because unknown is never zero
 * @param unrated what has to be priced when a price arrives; empty if priced
 * @param doubt why a person may want to look at it; none if there is nothing to doubt
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Charge(
        PriceStatus status,
        @Nullable String version,
        List<ChargeLine> lines,
        @Nullable Money total,
        List<Unrated> unrated,
        @Nullable Doubt doubt) {

    /** What may be wrong with a charge that is right by all that the answer says. */
    public enum Doubt {
        /** The threshold of long contexts is crossed by a sum of rounds, and nobody says how long each of them was. */
        @JsonProperty("long_context")
        LONG_CONTEXT
    }

    /**
     * A part of a call by which its price is found.
     *
     * @param serviceTier as for {@link PriceCatalogue#charge}
     * @param usage of the part; none if it is the call's
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Unrated(
            String model,
            @Nullable String serviceTier,
            @Nullable Usage usage) {}

    @JsonCreator
    public Charge {
        lines = lines == null ? List.of() : List.copyOf(lines);
        unrated = unrated == null ? List.of() : List.copyOf(unrated);
    }

    public Charge(PriceStatus status, @Nullable String version, List<ChargeLine> lines, @Nullable Money total) {
        this(status, version, lines, total, List.of(), null);
    }

    public static Charge of(String version, List<ChargeLine> lines) {
        Money total = lines.stream().map(ChargeLine::amount).reduce(Money.ZERO, Money::plus);
        return new Charge(PriceStatus.PRICED, version, lines, total);
    }

    public static Charge unpriced() {
        return new Charge(PriceStatus.UNPRICED, null, List.of(), null);
    }

    public Charge doubted(Doubt why) {
        return new Charge(status, version, lines, total, unrated, why);
    }

    public static Charge unpriced(List<Unrated> unrated) {
        return new Charge(PriceStatus.UNPRICED, null, List.of(), null, unrated, null);
    }
}
