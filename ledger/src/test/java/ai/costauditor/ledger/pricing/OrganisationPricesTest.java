package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Agreed.AT_NINE;
import static ai.costauditor.ledger.pricing.Agreed.book;
import static ai.costauditor.ledger.pricing.Agreed.discount;
import static ai.costauditor.ledger.pricing.Agreed.markUp;
import static ai.costauditor.ledger.pricing.Agreed.override;
import static ai.costauditor.ledger.pricing.Agreed.ownModel;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The catalogue asks 2.50 for a million input tokens of gpt-4o, and 10 for output. */
class OrganisationPricesTest {

    private static final Instant AT_TEN = AT_NINE.plus(Duration.ofHours(1));

    @Test
    void withoutEntriesTheCatalogueHolds() {
        assertThat(cost(book(), "gpt-4o", null, AT_TEN)).isEqualTo("2.5 by genai-prices-0.1.8-r2");
    }

    @Test
    void anOverrideTakesThePlaceOfAPriceAndTheChargeNamesBoth() {
        OrganisationPrices prices = book(override("gpt-4o", "input 2"));
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).isEqualTo("2 by genai-prices-0.1.8-r2+price_OVERRIDE_gpt-4o");
        assertThat(price(prices, "output", AT_TEN)).isEqualTo("10");
    }

    @Test
    void aSnapshotHasThePriceOfItsModelAndASiblingHasNot() {
        OrganisationPrices prices = book(override("gpt-4o", "input 2"));
        assertThat(cost(prices, "gpt-4o-2024-08-06", null, AT_TEN)).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o-mini", null, AT_TEN)).startsWith("0.15 by genai-prices-0.1.8-r2");
        assertThat(cost(prices, "gpt-4o-audio-preview", null, AT_TEN)).doesNotContain("price_");
    }

    @Test
    void aPriceBeginsAndEndsToTheMoment() {
        OrganisationPrices prices = book(override("gpt-4o", "input 2").until(AT_TEN));
        assertThat(cost(prices, "gpt-4o", null, AT_NINE.minusNanos(1000))).startsWith("2.5 by");
        assertThat(cost(prices, "gpt-4o", null, AT_NINE)).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o", null, AT_TEN.minusNanos(1000))).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).startsWith("2.5 by");
    }

    @Test
    void aPriceThatBeganBeforeItWasEnteredFillsGapsButChangesNothing() {
        OrganisationPrices prices = book(
                override("gpt-4o", "input 2").entered(AT_TEN),
                ownModel("mine", "input 3").entered(AT_TEN));
        Instant between = AT_NINE.plus(Duration.ofMinutes(30));
        assertThat(cost(prices, "gpt-4o", null, between)).startsWith("2.5 by");
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).startsWith("2 by");
        assertThat(cost(prices, "mine", null, between)).isEqualTo("3 by price_OWN_MODEL_mine");
        assertThat(cost(prices, "mine", null, AT_NINE.minusNanos(1000))).isEqualTo("unpriced");
    }

    @Test
    void aDiscountIsOnTheListAndAMarkUpOnEverything() {
        Agreed tenPercent = discount("openai", "*", "10");
        Agreed twenty = markUp("*", "*", "20");
        assertThat(cost(book(tenPercent), "gpt-4o", null, AT_TEN)).startsWith("2.25 by");
        assertThat(cost(book(tenPercent, twenty), "gpt-4o", null, AT_TEN)).startsWith("2.7 by");
        assertThat(cost(book(tenPercent, override("gpt-4o", "input 2")), "gpt-4o", null, AT_TEN))
                .startsWith("2 by");
        assertThat(cost(book(twenty, override("gpt-4o", "input 2")), "gpt-4o", null, AT_TEN))
                .startsWith("2.4 by");
        assertThat(cost(book(tenPercent), "nobody-knows-it", null, AT_TEN)).isEqualTo("unpriced");
    }

    /** The list asks 10 for a thousand searches. */
    @Test
    void whatIsAgreedIsOnFeesOfToolsAsWell() {
        assertThat(price(book(), "web_searches", AT_TEN)).isEqualTo("10");
        assertThat(price(book(discount("openai", "*", "10")), "web_searches", AT_TEN))
                .isEqualTo("9");
        assertThat(price(book(override("gpt-4o", "web_searches 0.004")), "web_searches", AT_TEN))
                .isEqualTo("0.004");
    }

    @Test
    void theClosestEntryWins() {
        OrganisationPrices prices =
                book(discount("openai", "gpt-4o", "30"), discount("openai", "gpt-*", "20"), discount("*", "*", "10"));
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).startsWith("1.75 by");
        assertThat(cost(prices, "gpt-4.1", null, AT_TEN)).startsWith("1.6 by");
        assertThat(cost(prices, "o3", null, AT_TEN)).startsWith("1.8 by");
        assertThat(prices.effective("openai", "gpt-4o", null, AT_TEN).considered())
                .extracting(EffectivePrice.Considered::wins)
                .containsExactly(true, false, false);
    }

    @Test
    void ofTwoThatAreAsCloseTheNewerWins() {
        OrganisationPrices prices = book(
                override("gpt-4o", "input 2"), override("gpt-4o", "input 1.9").from(AT_TEN));
        assertThat(cost(prices, "gpt-4o", null, AT_TEN.minusSeconds(1))).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).startsWith("1.9 by");
    }

    @Test
    void aPriceIsForStandardServiceUnlessItNamesATier() {
        OrganisationPrices prices = book(
                override("gpt-4o", "input 2"), override("gpt-4o", "input 1").tier("batch"));
        assertThat(cost(prices, "gpt-4o", "default", AT_TEN)).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o", "batch", AT_TEN)).startsWith("1 by");
        assertThat(cost(prices, "gpt-4o", "priority", AT_TEN)).startsWith("4.25 by genai-prices-0.1.8-r2");
        assertThat(cost(book(override("gpt-4o", "input 2").tier("*")), "gpt-4o", "priority", AT_TEN))
                .startsWith("2 by");
        assertThat(cost(book(ownModel("mine", "input 2")), "mine", "flex", AT_TEN))
                .isEqualTo("unpriced");
    }

    @Test
    void aPriceCanBeForARegionAndForHoursOfTheDay() {
        OrganisationPrices prices = book(
                override("gpt-4o", "input 2").region("eu-central-1"),
                override("gpt-4.1", "input 1").daily("22:00", "06:00"));
        assertThat(cost(prices, "gpt-4o", "+@eu-central-1", AT_TEN)).startsWith("2 by");
        assertThat(cost(prices, "gpt-4o", "+@us-east-1", AT_TEN)).startsWith("2.5 by");
        assertThat(cost(prices, "gpt-4o", null, AT_TEN)).startsWith("2.5 by");
        assertThat(cost(prices, "gpt-4.1", null, AT_TEN)).startsWith("2 by");
        assertThat(cost(prices, "gpt-4.1", null, Instant.parse("2026-11-20T23:00:00Z")))
                .startsWith("1 by");
    }

    @Test
    void aHoldIsBoundedByTheSamePrice() {
        OrganisationPrices prices = book(ownModel("mine", "input 3, output 9"), markUp("*", "*", "100"));
        assertThat(prices.bound("openai", "mine", AT_TEN).orElseThrow())
                .satisfies(bound -> assertThat(bound.inputPerMillion()).isEqualByComparingTo("6"))
                .satisfies(bound -> assertThat(bound.outputPerMillion()).isEqualByComparingTo("18"));
        assertThat(prices.models("openai")).contains("mine", "gpt-4o");
    }

    private static String price(OrganisationPrices prices, String kind, Instant at) {
        return prices.effective("openai", "gpt-4o", null, at).prices().stream()
                .filter(price -> price.kind().equals(kind))
                .map(price -> price.price().toPlainString())
                .findFirst()
                .orElse("none");
    }

    /** Of a million input tokens, and by which version. */
    private static String cost(OrganisationPrices prices, String model, @Nullable String tier, Instant at) {
        Usage usage = new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, 1_000_000L), Map.of(), null);
        Charge charge = prices.charge("openai", model, tier, usage, at);
        return charge.total() == null ? "unpriced" : charge.total() + " by " + charge.version();
    }
}
