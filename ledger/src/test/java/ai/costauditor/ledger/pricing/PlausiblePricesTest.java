package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Agreed.discount;
import static ai.costauditor.ledger.pricing.Agreed.override;
import static ai.costauditor.ledger.pricing.Agreed.ownModel;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlausiblePricesTest {

    private final PlausiblePrices plausible = new PlausiblePrices(Priced.CATALOGUE);

    @Test
    void aPricePerTokenEnteredAsPerMillionIsASlip() {
        assertThat(slip(override("gpt-4o", "input 0.0000025")))
                .contains("1000000 times that")
                .contains("2.5 per");
        assertThat(slip(ownModel("mine", "input 0.0000025, output 0.00001"))).contains("which no model costs");
    }

    @Test
    void aPricePerMillionEnteredAsPerTokenIsASlip() {
        assertThat(slip(override("gpt-4o", "input 2500000"))).contains("1000000 times the list price");
        assertThat(slip(ownModel("mine", "input 2500000"))).contains("which no model costs");
    }

    @Test
    void soIsAPricePerThousand() {
        assertThat(slip(override("gpt-4o", "input 0.0025"))).contains("1000 times that");
        assertThat(slip(override("gpt-4o", "input 2500"))).contains("1000 times the list price");
    }

    @Test
    void zeroIsNeverTakenWithoutAWord() {
        assertThat(slip(ownModel("mine", "input 0"))).contains("zero makes it free");
        assertThat(slip(override("gpt-4o", "output 0"))).contains("zero makes it free");
    }

    @Test
    void everyOtherDiscountOrMarkUpIsPlausible() {
        assertThat(slip(override("gpt-4o", "input 0.25"))).isEqualTo("none");
        assertThat(slip(override("gpt-4o", "input 25"))).isEqualTo("none");
        assertThat(slip(ownModel("mine", "input 2, output 8, audio_seconds 0.0001")))
                .isEqualTo("none");
        assertThat(slip(discount("openai", "*", "90"))).isEqualTo("none");
    }

    @Test
    void noPriceOfTheCatalogueItselfWouldBeRefused() {
        assertThat(Priced.CATALOGUE.lists().getLast().prices("openai").toList()).hasSizeGreaterThan(50);
        assertThat(slip(ownModel("mine", "input 600"))).isEqualTo("none");
        assertThat(slip(ownModel("mine", "input 0.002"))).isEqualTo("none");
    }

    private String slip(Agreed price) {
        return plausible.slip(price.rule()).map(PlausiblePrices.Slip::message).orElse("none");
    }
}
