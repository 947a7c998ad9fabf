package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Agreed.AT_NINE;
import static ai.costauditor.ledger.pricing.Agreed.BY_ADA;
import static ai.costauditor.ledger.pricing.Agreed.override;
import static ai.costauditor.ledger.pricing.Agreed.ownModel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.ImportList;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What one process changes and another one sees. */
@NullUnmarked
class PriceBookTableTest {

    private static LedgerForTests here;
    private static LedgerForTests there;

    private final PriceBooks mine = here.bean(PriceBooks.class);
    private final PriceBooks theirs = there.bean(PriceBooks.class);
    private final OrganisationId acme = OrganisationId.next();

    @BeforeAll
    static void start() {
        PostgresForTests.Database database = PostgresForTests.fresh();
        here = LedgerForTests.over(database);
        there = LedgerForTests.over(database);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    @Test
    void aPriceHoldsHereAtOnceAndElsewhereWithinASecond() {
        assertThat(priced(mine) || priced(theirs)).isFalse();
        PriceRule rule = ownModel("mine", "input 2").rule();
        here.ledger().execute(new SetPrices(acme, List.of(rule), false, BY_ADA));
        assertThat(priced(mine)).isTrue();
        await().atMost(Duration.ofSeconds(2)).until(() -> priced(theirs));

        here.ledger().execute(new EndPrice(acme, rule.id(), AT_NINE.plusSeconds(60), BY_ADA));
        assertThat(priced(mine)).isFalse();
        await().atMost(Duration.ofSeconds(2)).until(() -> !priced(theirs));
    }

    @Test
    void anotherOrganisationDoesNotSeeIt() {
        here.ledger()
                .execute(new SetPrices(acme, List.of(ownModel("mine", "input 2").rule()), false, BY_ADA));
        OrganisationPrices others = mine.of(OrganisationId.next());
        assertThat(others.entries()).isEmpty();
        assertThat(others.bound("openai", "mine", AT_NINE.plusSeconds(120))).isEmpty();
    }

    @Test
    void whatIsKnownStaysTheSameObjectUntilItChanges() {
        OrganisationPrices before = mine.of(acme);
        assertThat(mine.of(acme)).isSameAs(before);
        here.ledger()
                .execute(new SetPrices(
                        acme, List.of(override("gpt-4o", "input 2").rule()), false, BY_ADA));
        assertThat(mine.of(acme)).isNotSameAs(before);
    }

    @Test
    void anImportedListHoldsFromItsDay() {
        here.ledger().execute(new ImportList(acme, JsonMapper.shared().readTree("""
                {"version": "november", "providers": {"openai": {"models": [
                  {"id": "gpt-9", "match": {"starts_with": "gpt-9"},
                   "prices": [{"tokens": {"input": {"price": "3"}, "output": {"price": "4"}}}]}]}}}"""), AT_NINE, BY_ADA));
        OrganisationPrices prices = mine.of(acme);
        assertThat(prices.bound("openai", "gpt-9", AT_NINE.minusSeconds(1))).isEmpty();
        assertThat(prices.bound("openai", "gpt-9", AT_NINE).orElseThrow().version())
                .isEqualTo("november");
        assertThat(prices.versions())
                .extracting(OrganisationPrices.PriceListVersion::version)
                .startsWith("november");
    }

    private boolean priced(PriceBooks books) {
        return books.of(acme).bound("openai", "mine", AT_NINE.plusSeconds(120)).isPresent();
    }
}
