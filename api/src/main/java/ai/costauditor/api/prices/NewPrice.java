package ai.costauditor.api.prices;

import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A price as a request states it.
 *
 * @param provider or {@code *} for all
 * @param model as the catalogue names it, or with {@code *} for any text
 * @param tier of service: {@code batch}, {@code flex} …, {@code *} for all; if missing, a price is for standard service, and
 *     a discount or a mark-up for all
 * @param dailyFrom UTC, with {@code daily_to}: the hours of each day in which it holds
 * @param prices by kind ({@code input}, {@code output}, {@code input_cached}, {@code web_searches} …)
 * @param percent of a discount or a mark-up
 * @param from UTC; now if missing. A price may begin in the past: it then charges calls that have no price, and changes none
 *     that has one
 * @param until UTC, exclusive; for ever if missing
 * @param confirmed a price that looks like a slip of units is meant so
 */
record NewPrice(
        @NotNull PriceRule.Kind kind,
        @NotBlank @Size(max = 33) String provider,
        @NotBlank @Size(max = 200) String model,
        @Nullable String tier,
        @Nullable String region,
        @Nullable LocalTime dailyFrom,
        @Nullable LocalTime dailyTo,
        @Nullable Map<String, @Valid NewUnitPrice> prices,

        @Pattern(regexp = "\\d{1,4}(\\.\\d{1,6})?", message = "must be a decimal such as 12.5")
        @Schema(example = "12.5")
        @Nullable String percent,

        @Nullable Instant from,
        @Nullable Instant until,
        @NotBlank @Size(max = 500) String reason,
        @Nullable Boolean confirmed) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * @param per units that the price is for; of tokens 1, 1000 or 1000000, which it is if missing; of other units 1 if missing
     * @param above prices for the whole request when its input is longer
     */
    record NewUnitPrice(
            @NotNull @Pattern(regexp = "\\d{1,9}(\\.\\d{1,12})?", message = "must be a decimal such as 2.50, zero or more")
            @Schema(example = "2.50")
            String price,

            @Pattern(regexp = "1|1000|1000000", message = "must be 1, 1000 or 1000000") @Schema(example = "1000000")
            @Nullable String per,

            @Size(max = 10) @Nullable List<@Valid NewPriceStep> above) {}

    /** @param input tokens of the request; with one more, this price holds */
    record NewPriceStep(
            @PositiveOrZero long input,

            @NotNull @Pattern(regexp = "\\d{1,9}(\\.\\d{1,12})?", message = "must be a decimal such as 5.00")
            String price) {}

    PriceRule rule(Instant now) {
        Map<String, PriceRule.UnitPrice> amounts = new TreeMap<>();
        (prices == null ? Map.<String, NewUnitPrice>of() : prices)
                .forEach((kind, amount) -> amounts.put(kind, price(kind, amount)));
        return new PriceRule(
                PriceId.next(),
                kind,
                provider.strip(),
                model.strip(),
                tier,
                region,
                dailyFrom,
                dailyTo,
                amounts,
                percent == null ? null : new BigDecimal(percent),
                from == null ? now : from,
                until);
    }

    /** Exact, because a unit is a power of ten. */
    private static PriceRule.UnitPrice price(String kind, NewUnitPrice amount) {
        if (amount == null) {
            throw new InvalidField("prices." + kind, "must not be null");
        }
        boolean isToken = PriceRule.isTokenKind(kind);
        BigDecimal per = amount.per() == null ? isToken ? MILLION : BigDecimal.ONE : new BigDecimal(amount.per());
        BigDecimal unit = isToken ? MILLION : per;
        BigDecimal factor = unit.divide(per);
        return new PriceRule.UnitPrice(
                scaled(amount.price(), factor),
                unit,
                amount.above() == null
                        ? List.of()
                        : amount.above().stream()
                                .map(step -> new PriceRule.PriceStep(step.input(), scaled(step.price(), factor)))
                                .toList());
    }

    private static BigDecimal scaled(String price, BigDecimal factor) {
        BigDecimal scaled = new BigDecimal(price).multiply(factor).stripTrailingZeros();
        return scaled.scale() < 0 ? scaled.setScale(0) : scaled;
    }
}
