package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.pricing.Agreed.ACME;
import static ai.costauditor.ledger.pricing.Agreed.AT_NINE;
import static ai.costauditor.ledger.pricing.Agreed.BY_ADA;
import static ai.costauditor.ledger.pricing.Agreed.discount;
import static ai.costauditor.ledger.pricing.Agreed.override;
import static ai.costauditor.ledger.pricing.Agreed.ownModel;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.ImportList;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceBookEvent.ListImported;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceEnded;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceSet;
import java.time.Duration;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PriceBookTest {

    private static final PriceRule MINE = ownModel("mine", "input 2, output 8").rule();
    private static final PriceSet SET = new PriceSet(ACME, MINE, false, BY_ADA);
    private static final JsonNode LIST = list("list-2");

    private static JsonNode list(String version) {
        return JsonMapper.shared().readTree("""
                {"version": "%s", "providers": {"openai": {"models": [
                  {"id": "gpt-4o", "match": {"regex": "^gpt-4o-\\\\d{8}$"},
                   "prices": [{"tokens": {"input": {"price": "2"}}}]}]}}}""".formatted(version));
    }

    @Test
    void aPriceIsSetOnce() {
        after().when(set(MINE)).expectEvents(SET);
        after(SET).when(set(MINE)).expectNoEvents().expectResultMessagePayload(List.of(MINE.id()));
        PriceRule another = ownModel("mine", "input 3, output 8").rule();
        breaks(new SetPrices(ACME, List.of(another), false, BY_ADA), SET);
    }

    @Test
    void aChangeNeedsAReason() {
        breaks(new SetPrices(ACME, List.of(MINE), false, new Change("user_ada", AT_NINE, null)));
    }

    @Test
    void ofAnImportWithOneBadPriceNothingIsTaken() {
        PriceRule slip = override("gpt-4o", "input 0.0000025").rule();
        breaks(new SetPrices(ACME, List.of(MINE, slip), false, BY_ADA));
    }

    @Test
    void whatLooksLikeASlipOfUnitsIsTakenIfItIsConfirmed() {
        PriceRule slip = override("gpt-4o", "input 0.0000025").rule();
        after().when(new SetPrices(ACME, List.of(slip), true, BY_ADA))
                .expectEvents(new PriceSet(ACME, slip, true, BY_ADA));
    }

    @Test
    void aDiscountCannotBeginInThePast() {
        breaks(new SetPrices(
                ACME,
                List.of(discount("openai", "*", "10")
                        .from(AT_NINE.minusSeconds(1))
                        .rule()),
                false,
                BY_ADA));
    }

    @Test
    void aPriceForUnpricedCallsOfThePastCan() {
        PriceRule late = ownModel("mine", "input 2")
                .from(AT_NINE.minus(Duration.ofDays(30)))
                .rule();
        after().when(new SetPrices(ACME, List.of(late), false, BY_ADA))
                .expectEvents(new PriceSet(ACME, late, false, BY_ADA));
    }

    @Test
    void aPriceEndsNowOrLaterButNotInThePast() {
        after(SET)
                .when(new EndPrice(ACME, MINE.id(), null, BY_ADA))
                .expectEvents(new PriceEnded(ACME, MINE.id(), AT_NINE, BY_ADA));
        after(SET)
                .when(new EndPrice(ACME, MINE.id(), AT_NINE.plusSeconds(60), BY_ADA))
                .expectEvents(new PriceEnded(ACME, MINE.id(), AT_NINE.plusSeconds(60), BY_ADA));
        breaks(new EndPrice(ACME, MINE.id(), AT_NINE.minusSeconds(1), BY_ADA), SET);
        breaks(new EndPrice(ACME, new PriceId("price_none"), null, BY_ADA), SET);
    }

    @Test
    void endingAgainIsEndingOnce() {
        PriceEnded ended = new PriceEnded(ACME, MINE.id(), AT_NINE, BY_ADA);
        after(SET, ended).when(new EndPrice(ACME, MINE.id(), null, BY_ADA)).expectNoEvents();
        breaks(new EndPrice(ACME, MINE.id(), AT_NINE.plusSeconds(1), BY_ADA), SET, ended);
    }

    @Test
    void aListIsImportedOnceUnderItsVersion() {
        ListImported imported = new ListImported(ACME, "list-2", AT_NINE, LIST, BY_ADA);
        after().when(new ImportList(ACME, LIST, AT_NINE, BY_ADA)).expectEvents(imported);
        after(imported).when(new ImportList(ACME, LIST, AT_NINE, BY_ADA)).expectNoEvents();
        breaks(new ImportList(ACME, LIST, AT_NINE.plusSeconds(1), BY_ADA), imported);
        breaks(new ImportList(ACME, LIST, AT_NINE.minusSeconds(1), BY_ADA));
        breaks(new ImportList(ACME, list("genai-prices-0.1.8-r2"), AT_NINE, BY_ADA));
    }

    @Test
    void aListThatCannotBeReadOrCouldHoldUpCallsIsRefused() {
        breaks(new ImportList(ACME, JsonMapper.shared().readTree("{}"), AT_NINE, BY_ADA));
        JsonNode slow = JsonMapper.shared().readTree(LIST.toString().replace("^gpt-4o-\\\\d{8}$", "^(a+)+$"));
        breaks(new ImportList(ACME, slow, AT_NINE, BY_ADA));
    }

    private static SetPrices set(PriceRule rule) {
        return new SetPrices(ACME, List.of(rule), false, BY_ADA);
    }

    private static TestExecutor<PriceBook> after(Object... events) {
        AggregateTestFixture<PriceBook> fixture = new AggregateTestFixture<>(PriceBook.class);
        fixture.registerInjectableResource(new PlausiblePrices(Priced.CATALOGUE));
        fixture.registerCommandTargetResolver(
                command -> new org.axonframework.modelling.command.VersionedAggregateIdentifier(
                        ((PriceBookCommand<?>) command.getPayload()).stream(), null));
        return events.length == 0 ? fixture.givenNoPriorActivity() : fixture.given(events);
    }

    private static ResultValidator<PriceBook> breaks(PriceBookCommand<?> command, Object... events) {
        return after(events).when(command).expectException(RuleViolated.class).expectNoEvents();
    }
}
