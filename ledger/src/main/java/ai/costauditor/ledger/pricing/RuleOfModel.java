package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An entry of a price book, ready to be applied.
 *
 * @param factor of a discount or a mark-up; one otherwise
 * @param entered when
 * @param place in the order in which entries were made
 */
record RuleOfModel(PriceRule rule, Rates rates, BigDecimal factor, Instant entered, int place) {

    /** A named model before a pattern, a long pattern before a short one, then provider, conditions, and the newest. */
    static final Comparator<RuleOfModel> CLOSEST_FIRST = Comparator.comparing(RuleOfModel::isNamed)
            .thenComparingInt(rule -> rule.rule.model().length())
            .thenComparing(rule -> !rule.rule.provider().equals(PriceRule.ANY))
            .thenComparingInt(RuleOfModel::conditions)
            .thenComparing(rule -> rule.rule.from())
            .thenComparingInt(RuleOfModel::place)
            .reversed();

    static RuleOfModel of(OrganisationPrices.PriceEntry entry, int place) {
        return new RuleOfModel(
                entry.rule(),
                rates(entry.rule()),
                factor(entry.rule()),
                entry.by().at(),
                place);
    }

    private static Rates rates(PriceRule rule) {
        Map<TokenKind, Rate> tokens = new EnumMap<>(TokenKind.class);
        Map<String, Rate> units = new HashMap<>();
        rule.prices().forEach((kind, price) -> {
            if (Rates.isTokenKind(kind)) {
                tokens.put(Rates.kind(kind), price.rate());
            } else {
                units.put(kind, price.rate());
            }
        });
        return new Rates(tokens, units, Set.of());
    }

    private static BigDecimal factor(PriceRule rule) {
        BigDecimal part =
                rule.percent() == null ? BigDecimal.ZERO : rule.percent().movePointLeft(2);
        return switch (rule.kind()) {
            case DISCOUNT -> BigDecimal.ONE.subtract(part);
            case MARK_UP -> BigDecimal.ONE.add(part);
            case OVERRIDE, OWN_MODEL -> BigDecimal.ONE;
        };
    }

    private boolean isNamed() {
        return !rule.model().contains(PriceRule.ANY);
    }

    private int conditions() {
        int tier = rule.tier() == null || rule.tier().equals(PriceRule.ANY) ? 0 : 1;
        return tier + (rule.region() == null ? 0 : 1) + (rule.dailyFrom() == null ? 0 : 1);
    }

    /** @param ids of the catalogue that the model goes by, so that a snapshot has the price of its model */
    boolean isAbout(String provider, String model, List<String> ids) {
        if (!rule.provider().equals(PriceRule.ANY) && !rule.provider().equals(provider)) {
            return false;
        }
        String wanted = rule.model().toLowerCase(Locale.ROOT);
        if (isNamed()) {
            return ids.stream().anyMatch(wanted::equalsIgnoreCase)
                    || ModelName.spellingsOf(model)
                            .anyMatch(name -> ModelName.spellingsOf(wanted).anyMatch(name::equals));
        }
        Pattern pattern = Pattern.compile(
                Stream.of(wanted.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        return ModelName.spellingsOf(model)
                .anyMatch(name -> pattern.matcher(name.text()).matches());
    }

    /** @param served tiers, and regions with an {@code @} in front */
    boolean holds(List<String> served, Instant at) {
        return rule.holdsAt(at)
                && (rule.region() == null || served.contains("@" + rule.region()))
                && isTier(served.stream()
                        .filter(tier -> !ServiceTiers.isRegion(tier))
                        .collect(Collectors.toSet()));
    }

    private boolean isTier(Set<String> served) {
        if (rule.tier() == null) {
            return !rule.kind().isFixed() || served.isEmpty();
        }
        return rule.tier().equals(PriceRule.ANY) || served.equals(Set.copyOf(ServiceTiers.of(rule.tier())));
    }

    boolean wasKnownAt(Instant at) {
        return !entered.isAfter(at);
    }

    /** In place of the list's price, kind by kind; for a model of one's own, of all of it. */
    Optional<DatedPriceCatalogue.Found> over(Optional<DatedPriceCatalogue.Found> list) {
        Long window = list.map(DatedPriceCatalogue.Found::contextWindow).orElse(null);
        return rule.kind() == PriceRule.Kind.OWN_MODEL || list.isEmpty()
                ? Optional.of(new DatedPriceCatalogue.Found(rule.id().value(), rates, window))
                : list.map(price -> price.with(rule.id().value(), price.rates().overriddenBy(rates)));
    }

    DatedPriceCatalogue.Found times(DatedPriceCatalogue.Found price) {
        return price.with(rule.id().value(), price.rates().allTimes(factor));
    }
}
