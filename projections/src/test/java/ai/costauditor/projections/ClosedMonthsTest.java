package ai.costauditor.projections;

import static ai.costauditor.projections.ReadSide.ACME;
import static ai.costauditor.projections.ReadSide.ADA;
import static ai.costauditor.projections.ReadSide.IDS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.budgets.Balances;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.check.CheckedStore;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.periods.PeriodClosing;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import ai.costauditor.ledger.periods.PeriodTotals.Figures;
import ai.costauditor.ledger.periods.PeriodTotals.Group;
import ai.costauditor.projections.check.ReadModelChecks;
import ai.costauditor.projections.usage.Spend;
import ai.costauditor.projections.usage.Spend.GroupBy;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Any series of charges and adjustments, while months are closed on the way: what the events add up to, what the aggregates
 * decide by, what the read models show and what the seals say is the same. Repeat a failure with {@code -Dseed=…}.
 */
class ClosedMonthsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NEW_YEAR = Instant.parse("2025-12-31T23:00:00Z");
    private static final int STEPS = Integer.getInteger("operations", 1_000);

    private static final int LEFT = 24;

    /** With it, every kind of end also comes after the close of its month. */
    private static final long SEED = 9_383_760_847_800L;

    private final long seed = Long.getLong("seed", SEED);
    private final Random random = new Random(seed);
    private final PostgresForTests.Database database = PostgresForTests.fresh();
    private final List<KeyId> keys = new ArrayList<>();
    private final List<Made> open = new ArrayList<>();
    private final List<Made> unknown = new ArrayList<>();
    private final List<Made> ended = new ArrayList<>();
    private final List<Closed> seals = new ArrayList<>();

    private record Made(KeyId key, CallId call) {}

    @Test
    void theEventsTheBalancesTheReadModelsAndTheSealsAgree() {
        Instant now = NEW_YEAR;
        try (ReadSide readSide = new ReadSide(database)) {
            open(readSide);
            for (int i = 0; i < STEPS; i++) {
                now = NEW_YEAR.plus(Duration.ofDays(120).multipliedBy(i).dividedBy(STEPS));
                step(readSide, now);
                if (random.nextInt(STEPS) < 20) {
                    close(readSide, now);
                }
            }
            close(readSide, now);
            readSide.catchUp();
            if (seed == SEED) {
                assertThat(typesAfterAClose(readSide)).hasSize(5);
            }
            balancesAgree(readSide, now);
            sealsAgree(readSide);
            readSide.bean(Rebuild.class).rebuild();
            readSide.catchUp();
            sealsAgree(readSide);
        }
        assertThat(CheckedStore.copyOf(database, book -> ReadModelChecks.of(book, null))
                        .report()
                        .lines())
                .filteredOn(line -> !line.isFine())
                .as("seed %d", seed)
                .extracting(Line::name, Line::first)
                .isEmpty();
        try (ReadSide again = new ReadSide(database)) {
            balancesAgree(again, now);
        }
    }

    private void open(ReadSide readSide) {
        Change change = new Change("user_ada", NEW_YEAR, null);
        readSide.execute(new CreateOrganisation(ACME, "Acme", "USD", BERLIN, change));
        BudgetLimit total = new BudgetLimit(Money.of("1000000"), BudgetWindow.TOTAL, BudgetLimit.Kind.SOFT);
        keys.add(readSide.key("one", BERLIN, ADA, total));
        keys.add(readSide.key("two", BERLIN, null, total));
        for (Scope scope : List.of(
                new Scope(ACME, ScopeType.ORGANISATION, ACME.value()), new Scope(ACME, ScopeType.TEAM, "team_one"))) {
            readSide.execute(new SetLimits(scope, List.of(total), BERLIN, change));
        }
    }

    private void step(ReadSide ledger, Instant now) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                Made made = new Made(keys.get(random.nextInt(keys.size())), CallId.next());
                ledger.authorise(made.key(), made.call(), "prompt " + random.nextInt(5), "0.5", now);
                open.add(made);
            }
            case 3, 4 ->
                taken(open).forEach(made -> {
                    ledger.settle(made.key(), made.call(), cost(), now);
                    ended.add(made);
                });
            case 5 ->
                taken(open).forEach(made -> {
                    if (random.nextBoolean()) {
                        ledger.expire(made.key(), made.call(), now);
                    } else {
                        ledger.settleUnpriced(made.key(), made.call(), now);
                    }
                    unknown.add(made);
                });
            case 6 ->
                taken(open).forEach(made -> {
                    ledger.release(made.key(), made.call(), now);
                    ended.add(made);
                });
            case 7 ->
                taken(unknown).forEach(made -> {
                    resolve(ledger, made, now);
                    ended.add(made);
                });
            case 8 ->
                taken(ended).forEach(made -> {
                    ledger.adjust(made.key(), AdjustmentKind.RE_RATING, made.call(), cost(), now);
                    ended.add(made);
                });
            default ->
                ledger.adjust(keys.get(random.nextInt(keys.size())), AdjustmentKind.CREDIT, null, "-" + cost(), now);
        }
    }

    /** A settlement or a release only helps if the hold has expired; else they change nothing, and a person resolves it. */
    private void resolve(ReadSide ledger, Made made, Instant now) {
        try {
            if (random.nextBoolean()) {
                ledger.release(made.key(), made.call(), now);
                return;
            }
        } catch (ai.costauditor.ledger.RuleViolated settledWithoutPrice) {
            assertThat(settledWithoutPrice).hasMessageContaining("has ended otherwise");
        }
        if (random.nextBoolean()) {
            ledger.settle(made.key(), made.call(), cost(), now);
        }
        boolean isKnown = ledger.database()
                        .sql("select count(*) from ledger_event where stream = ? and strpos(payload, ?) > 0"
                                + " and event_type = 'key.CallSettledLate'")
                        .params(made.key().value(), "\"" + made.call() + "\"")
                        .query(Long.class)
                        .single()
                > 0;
        if (!isKnown) {
            ledger.adjust(made.key(), AdjustmentKind.CORRECTION, made.call(), cost(), now);
        }
    }

    /** Some are always left, and end long after they began. */
    private List<Made> taken(List<Made> from) {
        return from.size() <= LEFT ? List.of() : List.of(from.removeFirst());
    }

    private String cost() {
        return "0.0" + (1 + random.nextInt(99_999));
    }

    private void close(ReadSide readSide, Instant now) {
        YearMonth month = YearMonth.from(now.atZone(BERLIN)).minusMonths(1 + random.nextInt(2));
        if (seals.stream().noneMatch(seal -> seal.month().equals(month))) {
            seals.add(readSide.bean(PeriodClosing.class)
                    .close(ACME, month, true, new Change("user_ada", now, "it is the end of the month")));
        }
    }

    private static List<String> typesAfterAClose(ReadSide readSide) {
        return readSide.database()
                .sql("select distinct event_type from ledger_event where strpos(payload, 'afterClose') > 0")
                .query(String.class)
                .list();
    }

    private void balancesAgree(ReadSide readSide, Instant now) {
        Balances balances = readSide.bean(Balances.class);
        for (KeyId key : keys) {
            assertThat(balances.ofKey(key, now))
                    .extracting(BudgetBalance::spent)
                    .as("%s, seed %d", key, seed)
                    .containsExactly(recorded(readSide, "stream = '" + key + "'"));
        }
        assertThat(balances.ofScope(new Scope(ACME, ScopeType.TEAM, "team_one"), now))
                .extracting(BudgetBalance::spent)
                .containsExactly(recorded(readSide, "stream = 'key_one'"));
        Money all = recorded(readSide, "true");
        assertThat(balances.ofScope(new Scope(ACME, ScopeType.ORGANISATION, ACME.value()), now))
                .extracting(BudgetBalance::spent)
                .containsExactly(all);
        assertThat(new Money(readSide.database()
                        .sql("select sum(cost) from usage_spend")
                        .query(java.math.BigDecimal.class)
                        .single()))
                .isEqualTo(all);
    }

    private static Money recorded(ReadSide readSide, String condition) {
        return new Money(readSide.database()
                .sql("select sum(coalesce(payload::jsonb #>> '{charge,total}', payload::jsonb ->> 'amount')"
                        + "::numeric(38, 12)) from ledger_event where " + condition
                        + " and event_type in ('key.CallSettled', 'key.CallSettledLate', 'key.ChargeAdjusted')")
                .query(java.math.BigDecimal.class)
                .single());
    }

    /** Also of the months that were closed long ago. */
    private void sealsAgree(ReadSide readSide) {
        assertThat(seals).isNotEmpty();
        for (Closed seal : seals) {
            Period month = new Period(
                    seal.month().atDay(1).atStartOfDay(BERLIN).toInstant(),
                    seal.month().plusMonths(1).atDay(1).atStartOfDay(BERLIN).toInstant());
            same(readSide, GroupBy.TEAM, month, seal.totals().teams());
            same(readSide, GroupBy.PROJECT, month, seal.totals().projects());
            same(readSide, GroupBy.KEY, month, seal.totals().keys());
            assertThat(shown(readSide, GroupBy.TEAM, month).values().stream()
                            .map(Figures::cost)
                            .reduce(Money.ZERO, Money::plus))
                    .isEqualTo(seal.totals().total().cost());
            assertThat(sum(seal.totals().models()))
                    .isEqualTo(seal.totals().total().cost());
        }
    }

    private void same(ReadSide readSide, GroupBy by, Period month, List<Group> groups) {
        assertThat(shown(readSide, by, month))
                .as("%s from %s, seed %d", by, month.from(), seed)
                .isEqualTo(byId(groups));
    }

    private static Map<String, Figures> shown(ReadSide readSide, GroupBy by, Period month) {
        Map<String, Figures> shown = new TreeMap<>();
        for (Spend.Group group : readSide.bean(Spend.class)
                .by(by, Sight.of(ACME), month, BERLIN, IDS)
                .groups()) {
            shown.put(String.valueOf(group.id()), new Figures(group.calls(), group.cost(), group.tokens()));
        }
        return shown;
    }

    private static Map<String, Figures> byId(List<Group> groups) {
        return groups.stream().collect(Collectors.toMap(group -> String.valueOf(group.id()), Group::figures));
    }

    private static Money sum(List<Group> groups) {
        return groups.stream().map(group -> group.figures().cost()).reduce(Money.ZERO, Money::plus);
    }
}
