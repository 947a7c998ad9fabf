package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words for entries of a price book: {@code override("gpt-4o", "input 2, output 8").tier("batch")}. */
record Agreed(PriceRule rule, Instant entered) {

    static final OrganisationId ACME = new OrganisationId("org_acme");
    static final Instant AT_NINE = Instant.parse("2026-11-20T09:00:00Z");
    static final Change BY_ADA = new Change("user_ada", AT_NINE, "the contract of November");

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    static Agreed override(String model, String prices) {
        return of(PriceRule.Kind.OVERRIDE, "openai", model, prices(prices), null);
    }

    static Agreed ownModel(String model, String prices) {
        return of(PriceRule.Kind.OWN_MODEL, "openai", model, prices(prices), null);
    }

    static Agreed discount(String provider, String model, String percent) {
        return of(PriceRule.Kind.DISCOUNT, provider, model, Map.of(), percent);
    }

    static Agreed markUp(String provider, String model, String percent) {
        return of(PriceRule.Kind.MARK_UP, provider, model, Map.of(), percent);
    }

    private static Agreed of(
            PriceRule.Kind kind,
            String provider,
            String model,
            Map<String, PriceRule.UnitPrice> prices,
            @Nullable String percent) {
        String id = "price_" + kind + "_" + model.replace("*", "any");
        return new Agreed(
                new PriceRule(
                        new PriceId(id),
                        kind,
                        provider,
                        model,
                        null,
                        null,
                        null,
                        null,
                        prices,
                        percent == null ? null : new BigDecimal(percent),
                        AT_NINE,
                        null),
                AT_NINE);
    }

    private static Map<String, PriceRule.UnitPrice> prices(String text) {
        Map<String, PriceRule.UnitPrice> prices = new HashMap<>();
        for (String entry : text.split(", ")) {
            String[] words = entry.split(" ");
            BigDecimal per = Rates.isTokenKind(words[0]) ? MILLION : BigDecimal.ONE;
            prices.put(words[0], new PriceRule.UnitPrice(new BigDecimal(words[1]), per, List.of()));
        }
        return prices;
    }

    Agreed from(Instant from) {
        return with(rule.tier(), rule.region(), rule.dailyFrom(), rule.dailyTo(), from, rule.until());
    }

    Agreed until(Instant until) {
        return with(rule.tier(), rule.region(), rule.dailyFrom(), rule.dailyTo(), rule.from(), until);
    }

    Agreed tier(String tier) {
        return with(tier, rule.region(), rule.dailyFrom(), rule.dailyTo(), rule.from(), rule.until());
    }

    Agreed region(String region) {
        return with(rule.tier(), region, rule.dailyFrom(), rule.dailyTo(), rule.from(), rule.until());
    }

    Agreed daily(String from, String to) {
        return with(rule.tier(), rule.region(), LocalTime.parse(from), LocalTime.parse(to), rule.from(), rule.until());
    }

    Agreed entered(Instant at) {
        return new Agreed(rule, at);
    }

    private Agreed with(
            @Nullable String tier,
            @Nullable String region,
            @Nullable LocalTime dailyFrom,
            @Nullable LocalTime dailyTo,
            Instant from,
            @Nullable Instant until) {
        return new Agreed(
                new PriceRule(
                        rule.id(),
                        rule.kind(),
                        rule.provider(),
                        rule.model(),
                        tier,
                        region,
                        dailyFrom,
                        dailyTo,
                        rule.prices(),
                        rule.percent(),
                        from,
                        until),
                entered);
    }

    static OrganisationPrices book(Agreed... entries) {
        return new OrganisationPrices(
                Priced.CATALOGUE,
                List.of(entries).stream()
                        .map(entry -> new OrganisationPrices.PriceEntry(
                                entry.rule,
                                false,
                                new Change("user_ada", entry.entered, "the contract of November"),
                                null))
                        .toList(),
                List.of());
    }
}
