package ai.costauditor.projections;

import static ai.costauditor.projections.ReadSide.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.check.CheckedStore;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.TellBalances;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.periods.PeriodClosing;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.Charge.Unrated;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import ai.costauditor.projections.check.ReadModelChecks;
import ai.costauditor.projections.prices.UnpricedCalls;
import ai.costauditor.projections.usage.Adjustment;
import ai.costauditor.projections.usage.Adjustments;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of models that had no price: a million input tokens each. */
class RerateTest {

    private static final Instant IN_MARCH = Instant.parse("2026-03-10T12:00:00Z");
    private static final Instant IN_APRIL = Instant.parse("2026-04-05T12:00:00Z");
    private static final Change BY_ADA = new Change("user_ada", IN_APRIL, "the invoice of March");

    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private ReadSide readSide = new ReadSide(database);
    private final KeyId key = readSide.key(
            "ci",
            ZoneOffset.UTC,
            new UserId("user_ada"),
            new BudgetLimit(Money.of("100"), BudgetWindow.MONTH, BudgetLimit.Kind.SOFT));

    @AfterEach
    void theRecordAndEverythingMadeOfItAgree() {
        readSide.catchUp();
        readSide.close();
        assertThat(CheckedStore.copyOf(database, book -> ReadModelChecks.of(book, null))
                        .report()
                        .lines())
                .filteredOn(line -> !line.isFine())
                .extracting(Line::name, Line::first)
                .isEmpty();
    }

    @Test
    void aModelWithoutAPriceIsInTheQueueWithItsCallsAndTokens() {
        unpricedCall("mine", IN_MARCH);
        unpricedCall("mine", IN_MARCH.plusSeconds(60));
        unpricedCall("yours", IN_MARCH);
        readSide.call(key, "a prompt", "0.25", IN_MARCH);
        readSide.catchUp();

        List<UnpricedCalls.UnpricedModel> queue =
                readSide.bean(UnpricedCalls.class).models(ACME);

        assertThat(queue).extracting(UnpricedCalls.UnpricedModel::model).containsExactly("mine", "yours");
        assertThat(queue.getFirst().calls()).isEqualTo(2);
        assertThat(queue.getFirst().tokens()).containsEntry(TokenKind.INPUT, 2_000_000L);
        assertThat(queue.getFirst().unresolved()).isEqualTo(Money.of("2"));
    }

    @Test
    void whenThePriceArrivesEachCallIsChargedOnceInItsOwnWindow() {
        CallId call = unpricedCall("mine", IN_MARCH);
        CallId earlier = unpricedCall("mine", IN_MARCH.minus(Duration.ofDays(20)));
        CallId other = unpricedCall("yours", IN_MARCH);
        readSide.catchUp();

        priceArrives("mine", IN_MARCH.minus(Duration.ofDays(1)));

        await().atMost(Duration.ofSeconds(20)).until(() -> costOf(call) != null);
        readSide.catchUp();
        assertThat(costOf(call)).isEqualTo(Money.of("3"));
        assertThat(costOf(earlier)).as("before the price begins").isNull();
        assertThat(costOf(other)).isNull();
        BudgetBalance march = readSide.execute(new TellBalances(key, IN_MARCH)).getFirst();
        assertThat(march.spent()).isEqualTo(Money.of("3"));
        assertThat(march.unresolved()).as("of the other call").isEqualTo(Money.of("1"));
        assertThat(readSide.bean(UnpricedCalls.class).models(ACME))
                .extracting(UnpricedCalls.UnpricedModel::model)
                .containsExactlyInAnyOrder("mine", "yours");
    }

    @Test
    void aProcessThatDiedInTheMiddleGoesOnAndChargesNothingTwice() {
        for (int i = 0; i < 20; i++) {
            unpricedCall("mine", IN_MARCH.plusSeconds(i));
        }
        readSide.catchUp();
        priceArrives("mine", IN_MARCH.minusSeconds(1));
        readSide.close();
        readSide = new ReadSide(database);
        ReadSide beside = new ReadSide(database);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> readSide.bean(UnpricedCalls.class).models(ACME).isEmpty());
        readSide.catchUp();
        beside.close();

        assertThat(readSide.database()
                        .sql("select count(*) from ledger_event where event_type = 'key.ChargeAdjusted'")
                        .query(Long.class)
                        .single())
                .isEqualTo(20);
        assertThat(readSide.execute(new TellBalances(key, IN_MARCH)).getFirst().spent())
                .isEqualTo(Money.of("60"));
    }

    @Test
    void whatWasUsedInAClosedMonthCountsInTheOpenOne() {
        readSide.execute(new CreateOrganisation(ACME, "Acme", "USD", ZoneOffset.UTC, BY_ADA));
        CallId call = unpricedCall("mine", IN_MARCH);
        readSide.bean(PeriodClosing.class).close(ACME, YearMonth.of(2026, 3), true, BY_ADA);
        readSide.catchUp();

        priceArrives("mine", IN_MARCH.minusSeconds(1));

        await().atMost(Duration.ofSeconds(20)).until(() -> costOf(call) != null);
        Adjustment rerating = adjustmentsOf(call).getFirst();
        assertThat(rerating.kind()).isEqualTo(AdjustmentKind.RE_RATING);
        assertThat(rerating.priceVersion()).isEqualTo("price_mine");
        assertThat(readSide.execute(new TellBalances(key, IN_MARCH)).getFirst().spent())
                .as("the closed month stays as it was sealed")
                .isEqualTo(Money.ZERO);
    }

    private CallId unpricedCall(String model, Instant at) {
        CallId call = CallId.next();
        readSide.authorise(key, call, "prompt for " + model, "1", at);
        readSide.execute(new SettleCall(
                key,
                call,
                new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, 1_000_000L), Map.of(), "{}"),
                Charge.unpriced(List.of(new Unrated(model, null, null))),
                new CallEnd(model, 200, 312, CallEnd.Outcome.COMPLETED, List.of()),
                at.plusSeconds(1)));
        return call;
    }

    /** Three for a million. */
    private void priceArrives(String model, Instant from) {
        PriceRule.UnitPrice price = new PriceRule.UnitPrice(new BigDecimal("3"), new BigDecimal("1000000"), List.of());
        PriceRule rule = new PriceRule(
                new PriceId("price_" + model),
                PriceRule.Kind.OWN_MODEL,
                "openai",
                model,
                null,
                null,
                null,
                null,
                Map.of("input", price),
                null,
                from,
                null);
        readSide.execute(new SetPrices(ACME, List.of(rule), false, BY_ADA));
    }

    private @org.jspecify.annotations.Nullable Money costOf(CallId call) {
        return adjustmentsOf(call).stream().map(Adjustment::amount).findFirst().orElse(null);
    }

    private List<Adjustment> adjustmentsOf(CallId call) {
        Period always = new Period(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"));
        return readSide.bean(Adjustments.class)
                .page(new Sight(ACME, null), new Adjustments.Filter(always, null, call, null), null, 10, ReadSide.IDS)
                .items();
    }
}
