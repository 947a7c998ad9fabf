package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The money of one settlement.
 *
 * @param version the price version that made it; none if unpriced
 * @param total the sum of the lines; none if unpriced, because unknown is never zero
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Charge(
        PriceStatus status,
        @Nullable String version,
        List<ChargeLine> lines,
        @Nullable Money total) {

    public Charge {
        lines = lines == null ? List.of() : List.copyOf(lines);
    }

    public static Charge of(String version, List<ChargeLine> lines) {
        Money total = lines.stream().map(ChargeLine::amount).reduce(Money.ZERO, Money::plus);
        return new Charge(PriceStatus.PRICED, version, lines, total);
    }

    public static Charge unpriced() {
        return new Charge(PriceStatus.UNPRICED, null, List.of(), null);
    }
}
