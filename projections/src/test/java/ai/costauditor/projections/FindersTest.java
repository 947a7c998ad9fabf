package ai.costauditor.projections;

import static ai.costauditor.projections.ReadSide.ACME;
import static ai.costauditor.projections.ReadSide.ADA;
import static ai.costauditor.projections.ReadSide.IDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import ai.costauditor.projections.budgets.BudgetCounters;
import ai.costauditor.projections.keys.KeyUse;
import ai.costauditor.projections.usage.Adjustment;
import ai.costauditor.projections.usage.Adjustments;
import ai.costauditor.projections.usage.Call;
import ai.costauditor.projections.usage.Calls;
import ai.costauditor.projections.usage.Cuts;
import ai.costauditor.projections.usage.Spend;
import ai.costauditor.projections.usage.Spend.GroupBy;
import ai.costauditor.projections.waste.RepeatedPrompts;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FindersTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Sight ALL = Sight.of(ACME);

    private final ReadSide readSide = new ReadSide();

    @AfterAll
    void close() {
        readSide.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"})
    void aCallBelongsToTheDayThatItsZoneSays(String name) {
        ZoneId zone = ZoneId.of(name);
        KeyId key = readSide.key("day_" + name.replace('/', '_').toLowerCase(java.util.Locale.ROOT), zone, null);
        Instant midnight =
                java.time.LocalDate.parse("2026-02-02").atStartOfDay(zone).toInstant();
        readSide.call(key, "before " + name, "0.1", midnight.minusMillis(1));
        readSide.call(key, "after " + name, "0.02", midnight);
        readSide.catchUp();

        Period period = new Period(midnight.minusSeconds(86_400), midnight.plusSeconds(86_400));
        List<Spend.Group> days = readSide.bean(Spend.class)
                .by(GroupBy.DAY, ALL, period, zone, IDS)
                .groups();
        List<Spend.Slot> slots = readSide.bean(Spend.class).series(GroupBy.KEY, ALL, Cuts.DAY.of(period, zone), IDS);

        assertThat(days).extracting(Spend.Group::id).contains("2026-02-01", "2026-02-02");
        assertThat(slots.getFirst().figures().groups())
                .filteredOn(group -> key.value().equals(group.id()))
                .extracting(Spend.Group::cost)
                .containsExactly(Money.of("0.1"));
        assertThat(slots.getLast().figures().groups())
                .filteredOn(group -> key.value().equals(group.id()))
                .extracting(Spend.Group::cost)
                .containsExactly(Money.of("0.02"));
    }

    @Test
    void aPeriodMayBeginAndEndAnywhereAndItsPartsAddUp() {
        KeyId key = readSide.key("ragged", BERLIN, null);
        Instant start = Instant.parse("2026-04-01T10:00:00Z");
        for (int minute = 0; minute < 60; minute++) {
            readSide.call(key, "minute " + minute, "0.000001", start.plusSeconds(60L * minute));
        }
        readSide.catchUp();

        assertThat(cost(start.plusSeconds(7 * 60), start.plusSeconds(52 * 60))).isEqualTo(Money.of("0.000045"));
        assertThat(cost(start.plusSeconds(16 * 60), start.plusSeconds(17 * 60))).isEqualTo(Money.of("0.000001"));
        assertThat(cost(start.plusSeconds(7 * 60), start.plusSeconds(33 * 60))
                        .plus(cost(start.plusSeconds(33 * 60), start.plusSeconds(52 * 60))))
                .isEqualTo(Money.of("0.000045"));
    }

    private Money cost(Instant from, Instant to) {
        return readSide.bean(Spend.class)
                .by(GroupBy.TEAM, ALL, new Period(from, to), BERLIN, IDS)
                .total()
                .cost();
    }

    @Test
    void theTotalIsTheSumOfTheGroupsWhateverTheyAre() {
        KeyId one = readSide.key("sum_one", BERLIN, ADA);
        KeyId two = readSide.key("sum_two", BERLIN, null);
        Instant at = Instant.parse("2026-05-05T05:05:05Z");
        readSide.call(one, "a", "0.123456789012", at);
        readSide.call(two, "b", "0.000000000001", at);
        CallId unpriced = CallId.next();
        readSide.authorise(two, unpriced, "c", "0.25", at);
        readSide.settleUnpriced(two, unpriced, at.plusSeconds(1));
        CallId lost = CallId.next();
        readSide.authorise(two, lost, "d", "0.5", at);
        readSide.expire(two, lost, at.plusSeconds(600));
        readSide.catchUp();

        Period may = new Period(Instant.parse("2026-05-01T00:00:00Z"), Instant.parse("2026-06-01T00:00:00Z"));
        for (GroupBy by : GroupBy.values()) {
            Spend.Figures figures = readSide.bean(Spend.class).by(by, ALL, may, BERLIN, IDS);
            assertThat(figures.total().cost()).as(by.name()).isEqualTo(Money.of("0.123456789013"));
            assertThat(figures.total().calls()).isEqualTo(4);
            assertThat(figures.total().unpriced()).isEqualTo(1);
            assertThat(figures.total().unknown()).isEqualTo(1);
            assertThat(figures.total().unresolved()).isEqualTo(Money.of("0.75"));
            assertThat(figures.total().tokens().get(TokenKind.INPUT)).isEqualTo(270);
        }
        Spend.Figures ofAda = readSide.bean(Spend.class).by(GroupBy.USER, new Sight(ACME, ADA), may, BERLIN, IDS);
        assertThat(ofAda.groups()).extracting(Spend.Group::id).containsExactly(ADA.value());
        assertThat(ofAda.total().cost()).isEqualTo(Money.of("0.123456789012"));
    }

    @Test
    void theLogTellsTheWholeStoryOfACall() {
        KeyId key = readSide.key("story", BERLIN, ADA);
        Instant at = Instant.parse("2026-06-01T08:00:00Z");
        CallId call = CallId.next();
        readSide.authorise(key, call, "a", "0.5", at);
        readSide.catchUp();
        assertThat(found(call).status()).isEqualTo(Call.Status.OPEN);
        assertThat(found(call).cost()).isNull();

        readSide.expire(key, call, at.plusSeconds(600));
        readSide.catchUp();
        assertThat(found(call).status()).isEqualTo(Call.Status.EXPIRED);
        assertThat(found(call).hold()).isEqualTo(Money.of("0.5"));

        readSide.settle(key, call, "0.2", at.plusSeconds(700));
        readSide.catchUp();
        Call settled = found(call);
        assertThat(settled.status()).isEqualTo(Call.Status.SETTLED_LATE);
        assertThat(settled.cost()).isEqualTo(Money.of("0.2"));
        assertThat(settled.startedAt()).isEqualTo(at);
        assertThat(settled.modelServed()).isEqualTo("gpt-4o-mini-2024-07-18");
        assertThat(Objects.requireNonNull(settled.usage()).tokens())
                .containsEntry(TokenKind.OUTPUT, 20L)
                .hasSize(2);
        assertThat(settled.lines()).hasSize(1);
        assertThat(settled.claims()).containsEntry("tag", "x");
        assertThat(readSide.bean(Calls.class).find(Sight.of(new OrganisationId("org_other")), call, IDS))
                .isEmpty();
        assertThat(readSide.bean(KeyUse.class).lastUses(ALL)).containsEntry(key, at);
    }

    @Test
    void theLogShowsWhatACallCostsAfterItsAdjustments() {
        KeyId key = readSide.key("adjusted", BERLIN, ADA);
        Instant at = Instant.parse("2026-10-10T08:00:00Z");
        CallId settled = readSide.call(key, "a", "0.5", at);
        CallId lost = CallId.next();
        readSide.authorise(key, lost, "b", "0.7", at);
        readSide.expire(key, lost, at.plusSeconds(1));
        readSide.adjust(key, AdjustmentKind.CREDIT, settled, "-0.2", at.plusSeconds(3600));
        readSide.adjust(key, AdjustmentKind.CORRECTION, lost, "0.3", at.plusSeconds(3601));
        readSide.adjust(key, AdjustmentKind.CREDIT, null, "-0.05", at.plusSeconds(3602));
        readSide.catchUp();

        assertThat(found(settled).cost()).isEqualTo(Money.of("0.3"));
        assertThat(found(settled).settledCost()).isEqualTo(Money.of("0.5"));
        assertThat(found(settled).adjustments()).singleElement().satisfies(made -> {
            assertThat(made.amount()).isEqualTo(Money.of("-0.2"));
            assertThat(made.countsAt()).isEqualTo(at);
            assertThat(made.actor().id()).isEqualTo("user_ada");
            assertThat(made.reason()).isEqualTo("asked for by finance");
        });
        assertThat(found(lost).status()).isEqualTo(Call.Status.EXPIRED);
        assertThat(found(lost).cost()).isEqualTo(Money.of("0.3"));
        assertThat(found(lost).settledCost()).isNull();

        Period october = new Period(at.minusSeconds(60), at.plusSeconds(86_400));
        Spend.Figures models = readSide.bean(Spend.class).by(GroupBy.MODEL, ALL, october, BERLIN, IDS);
        assertThat(models.total().cost()).isEqualTo(Money.of("0.55"));
        assertThat(models.total().calls()).isEqualTo(2);
        assertThat(models.total().unresolved()).isEqualTo(Money.ZERO);
        assertThat(models.groups()).extracting(Spend.Group::name).contains("No model");
        assertThat(cost(at, at.plusSeconds(1))).isEqualTo(Money.of("0.6"));

        Adjustments.Filter all = new Adjustments.Filter(october, key, null, null);
        Page<Adjustment> first = readSide.bean(Adjustments.class).page(ALL, all, null, 2, IDS);
        Page<Adjustment> rest = readSide.bean(Adjustments.class).page(ALL, all, first.next(), 2, IDS);
        assertThat(first.items()).extracting(Adjustment::amount).containsExactly(Money.of("-0.05"), Money.of("0.3"));
        assertThat(rest.items()).extracting(Adjustment::callId).containsExactly(settled);
        assertThat(rest.next()).isNull();
        assertThat(readSide.bean(Adjustments.class)
                        .page(Sight.of(new OrganisationId("org_other")), all, null, 2, IDS)
                        .items())
                .isEmpty();
    }

    private Call found(CallId call) {
        return readSide.bean(Calls.class).find(ALL, call, IDS).orElseThrow();
    }

    @Test
    void pagesFollowEachOtherWithoutAGapAlsoWhenCallsBeganTogether() {
        KeyId key = readSide.key("pages", BERLIN, null);
        Instant at = Instant.parse("2026-07-07T07:00:00Z");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            expected.add(readSide.call(key, "page " + i, "0.01", at.plusSeconds(i / 5))
                    .value());
        }
        readSide.catchUp();

        Calls.Filter filter = new Calls.Filter(
                new Period(at, at.plusSeconds(60)), key, null, null, null, Call.Status.SETTLED, null, null);
        List<String> read = new ArrayList<>();
        String after = null;
        do {
            Page<Call> page = readSide.bean(Calls.class).page(ALL, filter, after, 7, IDS);
            page.items().forEach(call -> read.add(call.id().value()));
            after = page.next();
        } while (after != null);
        assertThat(read).containsExactlyInAnyOrderElementsOf(expected).doesNotHaveDuplicates();
        assertThatThrownBy(() -> readSide.bean(Calls.class).page(ALL, filter, "nonsense", 7, IDS))
                .isInstanceOf(Calls.NotAPlace.class);
    }

    @Test
    void theBalancesAreThoseThatTheKeyItselfDecidesBy() {
        BudgetLimit limit = new BudgetLimit(Money.of("2"), BudgetWindow.DAY, BudgetLimit.Kind.HARD);
        KeyId key = readSide.key("limited", BERLIN, null, limit);
        Instant at = Instant.parse("2026-08-08T21:59:00Z");
        readSide.call(key, "paid", "0.4", at);
        CallId lost = CallId.next();
        readSide.authorise(key, lost, "lost", "0.7", at);
        readSide.expire(key, lost, at.plusSeconds(1));
        readSide.authorise(key, CallId.next(), "open", "0.6", at);
        readSide.catchUp();

        Refused refused = (Refused) readSide.authorise(key, CallId.next(), "too much", "0.4", at);
        BudgetBalance read = readSide.bean(BudgetCounters.class)
                .read(List.of(key.value()), at)
                .balance(key.value(), limit, BERLIN, at);
        assertThat(read).isEqualTo(refused.balance());
        assertThat(read.available()).isEqualTo(Money.of("0.3"));
    }

    @Test
    void whatTheProviderSaysOfTheCostStandsBesideOurs() {
        KeyId key = readSide.key("router", BERLIN, null);
        CallId call = CallId.next();
        Instant at = Instant.parse("2026-03-03T10:00:00Z");
        readSide.authorise(key, call, "routed", "1", at);
        Usage usage = new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, 20L), Map.of(), "{}", Money.of("0.0041"));
        readSide.execute(new SettleCall(
                key, call, usage, ReadSide.charge("0.0001"), ReadSide.end(CallEnd.Outcome.COMPLETED), at));
        CallId other = readSide.call(key, "not routed", "0.0001", at);
        readSide.catchUp();

        assertThat(found(call).price())
                .isEqualTo(new Call.Price(PriceStatus.PRICED, "prices-1", Money.of("0.0041"), Money.of("0.004")));
        assertThat(found(call).cost()).isEqualTo(Money.of("0.0001"));
        assertThat(found(other).price()).isEqualTo(new Call.Price(PriceStatus.PRICED, "prices-1", null, null));
    }

    @Test
    void onlyCopiesOfAnAnsweredRequestAreWaste() {
        KeyId key = readSide.key("wasteful", BERLIN, null);
        Instant at = Instant.parse("2026-09-09T09:00:00Z");
        CallId failed = CallId.next();
        readSide.authorise(key, failed, "again", "1", at);
        readSide.release(key, failed, at.plusSeconds(1));
        readSide.call(key, "again", "0.10", at.plusSeconds(10));
        readSide.call(key, "again", "0.11", at.plusSeconds(20));
        readSide.call(key, "again", "0.12", at.plusSeconds(30));
        readSide.call(key, "once", "5", at.plusSeconds(40));
        readSide.catchUp();

        RepeatedPrompts repeats = readSide.bean(RepeatedPrompts.class);
        Period period = new Period(at, at.plusSeconds(60));
        assertThat(repeats.findings(ALL, period, 10, IDS)).singleElement().satisfies(finding -> {
            assertThat(finding.copies()).isEqualTo(2);
            assertThat(finding.calls()).isEqualTo(3);
            assertThat(finding.wasted()).isEqualTo(Money.of("0.23"));
            assertThat(finding.cost()).isEqualTo(Money.of("0.33"));
            assertThat(finding.firstAt()).isEqualTo(at.plusSeconds(10));
            assertThat(finding.lastAt()).isEqualTo(at.plusSeconds(30));
        });
        assertThat(repeats.wasted(ALL, period)).isEqualTo(Money.of("0.23"));
        assertThat(repeats.wasted(ALL, new Period(at, at.plusSeconds(25)))
                        .plus(repeats.wasted(ALL, new Period(at.plusSeconds(25), at.plusSeconds(60)))))
                .isEqualTo(Money.of("0.23"));
    }

    @Test
    void aCallTellsOfTheAttemptsThatOtherCallsAccountFor() {
        KeyId key = readSide.key("attempts", BERLIN, null);
        Instant at = Instant.parse("2026-04-01T10:00:00Z");
        CallEnd.Attempt refused = new CallEnd.Attempt(
                "openai", "gpt-4o-mini", 429, at, 5, CallEnd.Outcome.REFUSED_UPSTREAM, Money.ZERO, CallId.next());
        CallEnd.Attempt answered = new CallEnd.Attempt(
                "groq", "llama-3.1-8b-instant", 200, at, 40, CallEnd.Outcome.COMPLETED, Money.of("0.1"), null);
        CallId call = ended(
                key, "0.1", new CallEnd(null, 200, 50, CallEnd.Outcome.COMPLETED, List.of(refused, answered)), at);
        assertThat(found(call).attempts()).containsExactly(refused, answered);
        assertThat(found(call).repeated()).isNull();
    }

    @Test
    void aRepeatedAnswerSaysWhatItRepeatsAndWhatItHasAvoided() {
        KeyId key = readSide.key("repeated", BERLIN, null);
        Instant at = Instant.parse("2026-04-01T11:00:00Z");
        CallEnd.Repeated repeated = new CallEnd.Repeated(CallId.next(), Money.of("0.000009"), 1_234);
        CallId call =
                ended(key, "0", new CallEnd(null, 200, 1, CallEnd.Outcome.COMPLETED, List.of(), null, repeated), at);
        assertThat(found(call).repeated()).isEqualTo(repeated);
        assertThat(found(call).cost()).isEqualTo(Money.ZERO);
    }

    private CallId ended(KeyId key, String cost, CallEnd end, Instant at) {
        CallId call = CallId.next();
        readSide.authorise(key, call, "prompt " + call, "1", at);
        readSide.execute(
                new SettleCall(key, call, ReadSide.usage(1, 1), ReadSide.charge(cost), end, at.plusSeconds(1)));
        readSide.catchUp();
        return call;
    }
}
