package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds and charges are made by the prices of the organisation. An answer has 20 tokens of input and 10 of output. */
class OwnPricesTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final Change change = new Change("user_ada", now, "our contract");
    private final PriceId price = PriceId.next();

    @AfterEach
    void endThePrice() {
        if (gateway.bean(PriceBooks.class).of(GatewayForTests.RESEARCH.organisation()).entries().stream()
                .anyMatch(entry -> entry.rule().id().equals(price))) {
            Instant end = Instant.now().truncatedTo(ChronoUnit.MICROS);
            gateway.bean(Ledger.class)
                    .execute(new EndPrice(
                            GatewayForTests.RESEARCH.organisation(),
                            price,
                            null,
                            new Change("user_ada", end, "other tests have no contract")));
        }
    }

    @Test
    void case16AModelOfOnesOwnIsForwardedAndChargedWithTheNextCall() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "gpt-ours"));
        assertThat(call("gpt-ours").statusCode())
                .as("no price, and a hard budget")
                .isEqualTo(404);

        set(PriceRule.Kind.OWN_MODEL, "gpt-ours", null, "100", "1000");

        // 20 × 100 + 10 × 1000 per million
        assertThat(call("gpt-ours").headers().firstValue("x-auditor-cost")).contains("0.012");
        assertThat(gateway.lastEvent(key).at("/charge/version").asString()).isEqualTo(price.value());
    }

    @Test
    void aMarkUpRaisesTheHoldAndTheChargeAlikeAndTheChargeNamesIt() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"));
        call("gpt-4o");
        BigDecimal before = new BigDecimal(gateway.holdOf(key));
        String charged = gateway.lastEvent(key).at("/charge/total").asString();

        set(PriceRule.Kind.MARK_UP, "gpt-4o", "100", null, null);
        GatewayForTests.Key another = gateway.key(hard("1"));
        gateway.post(Chats.PATH, another, Chats.question("").replace("gpt-4o-mini", "gpt-4o"));

        assertThat(new BigDecimal(gateway.holdOf(another))).isEqualByComparingTo(before.multiply(BigDecimal.TWO));
        assertThat(new BigDecimal(gateway.lastEvent(another).at("/charge/total").asString()))
                .isEqualByComparingTo(new BigDecimal(charged).multiply(BigDecimal.TWO));
        assertThat(gateway.lastEvent(another).at("/charge/version").asString()).endsWith("+" + price);
    }

    @Test
    void whatHasNoPriceIsRecordedWithAllThatOneWouldBeFoundBy() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "brand-new"));
        call("gpt-4o-mini");
        assertThat(gateway.lastEvent(key).at("/charge/unrated/0/model").asString())
                .isEqualTo("brand-new");
    }

    private HttpResponse<String> call(String model) throws Exception {
        return gateway.post(Chats.PATH, key, Chats.question("").replace("gpt-4o-mini", model));
    }

    private void set(
            PriceRule.Kind kind,
            String model,
            @Nullable String percent,
            @Nullable String input,
            @Nullable String output) {
        BigDecimal million = BigDecimal.valueOf(1_000_000);
        Map<String, PriceRule.UnitPrice> prices = input == null || output == null
                ? Map.of()
                : Map.of(
                        "input", new PriceRule.UnitPrice(new BigDecimal(input), million, List.of()),
                        "output", new PriceRule.UnitPrice(new BigDecimal(output), million, List.of()));
        PriceRule rule = new PriceRule(
                price,
                kind,
                "openai",
                model,
                null,
                null,
                null,
                null,
                prices,
                percent == null ? null : new BigDecimal(percent),
                now,
                null);
        gateway.bean(Ledger.class)
                .execute(new SetPrices(GatewayForTests.RESEARCH.organisation(), List.of(rule), false, change));
    }
}
