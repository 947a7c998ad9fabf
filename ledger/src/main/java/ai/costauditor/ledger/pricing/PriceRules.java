package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.RuleViolated;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** What a price must be to make sense at all, whoever enters it. */
final class PriceRules {

    private static final Pattern PROVIDER = Pattern.compile("\\*|[a-z][a-z0-9-]{0,31}");
    private static final Pattern TIER = Pattern.compile("\\*|[a-z][a-z0-9_-]{0,31}(\\+[a-z][a-z0-9_-]{0,31}){0,3}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern UNIT = Pattern.compile("[a-z][a-z0-9_]{0,47}");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000_000);
    private static final int PLACES = 12;

    private PriceRules() {}

    static void requireSense(PriceRule rule, Instant now) {
        require(PROVIDER.matcher(rule.provider()).matches(), "provider: not a provider: " + rule.provider());
        require(!rule.model().isBlank() && rule.model().length() <= 200, "model: a model has 1 to 200 characters");
        require(rule.tier() == null || TIER.matcher(rule.tier()).matches(), "tier: not a tier: " + rule.tier());
        require(
                rule.region() == null || REGION.matcher(rule.region()).matches(),
                "region: not a region: " + rule.region());
        require((rule.dailyFrom() == null) == (rule.dailyTo() == null), "daily_to: hours have a beginning and an end");
        require(rule.until() == null || rule.until().isAfter(rule.from()), "until: it must end after it begins");
        if (rule.kind().isFixed()) {
            requirePrices(rule);
        } else {
            requirePercent(rule, now);
        }
    }

    private static void requirePrices(PriceRule rule) {
        require(rule.percent() == null, "percent: only a discount or a mark-up has a percentage");
        require(!rule.prices().isEmpty(), "prices: there is no price");
        if (rule.kind() == PriceRule.Kind.OWN_MODEL) {
            boolean isOnlyUnits = rule.prices().keySet().stream().noneMatch(Rates::isTokenKind);
            require(
                    isOnlyUnits || rule.prices().containsKey("input"),
                    "prices.input: a model of your own needs at least this price");
        }
        for (Map.Entry<String, PriceRule.UnitPrice> entry : rule.prices().entrySet()) {
            String field = "prices." + entry.getKey();
            PriceRule.UnitPrice price = entry.getValue();
            require(UNIT.matcher(entry.getKey()).matches(), field + ": not a kind");
            require(price.per().signum() > 0, field + ".per: above zero");
            requireAmount(field + ".price", price.price());
            long last = -1;
            for (PriceRule.PriceStep step : price.above()) {
                require(step.input() > last, field + ".above: thresholds rise");
                requireAmount(field + ".above", step.price());
                last = step.input();
            }
        }
    }

    private static void requireAmount(String field, BigDecimal price) {
        require(price.signum() >= 0 && price.compareTo(LARGEST) < 0, field + ": zero or more");
        require(price.stripTrailingZeros().scale() <= PLACES, field + ": at most 12 places");
    }

    private static void requirePercent(PriceRule rule, Instant now) {
        BigDecimal percent = rule.percent();
        require(rule.prices().isEmpty(), "prices: a discount or a mark-up has a percentage instead");
        BigDecimal most = rule.kind() == PriceRule.Kind.DISCOUNT ? HUNDRED : HUNDRED.multiply(BigDecimal.TEN);
        boolean isPercentage = percent != null && percent.signum() > 0 && percent.compareTo(most) <= 0;
        require(isPercentage, "percent: above zero, and " + most + " at most");
        require(!rule.from().isBefore(now), "from: it cannot begin in the past: charges were made without it");
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new RuleViolated(RuleViolated.Code.INVALID, message);
        }
    }
}
