package ai.costauditor.projections;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RebuildTest {

    private static final Instant START = Instant.parse("2026-03-28T20:00:00Z");
    private static final long SEED = Long.getLong("seed", 20260328L);

    private final ReadSide readSide = new ReadSide();

    @BeforeAll
    void fill() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        List<KeyId> keys = new ArrayList<>();
        keys.add(readSide.key("open", berlin, null));
        keys.add(readSide.key("ada", ZoneId.of("Asia/Kathmandu"), ReadSide.ADA));
        keys.add(readSide.key(
                "poor", berlin, null, new BudgetLimit(Money.of("0.5"), BudgetWindow.DAY, BudgetLimit.Kind.HARD)));
        // across the night in which Berlin's clocks change
        Traffic traffic = new Traffic(readSide, new Random(SEED));
        traffic.flow(keys, START, Duration.ofHours(20), 500);
        readSide.execute(limitOnTheTeam("5"));
        traffic.flow(keys, START, Duration.ofHours(20), 500);
        readSide.execute(limitOnTheTeam("9"));
        traffic.flow(keys, START, Duration.ofHours(20), 500);
        readSide.catchUp();
    }

    private static SetLimits limitOnTheTeam(String limit) {
        return new SetLimits(
                new Scope(ReadSide.ACME, ScopeType.TEAM, "team_ada"),
                List.of(new BudgetLimit(Money.of(limit), BudgetWindow.MONTH, BudgetLimit.Kind.SOFT)),
                ZoneId.of("Europe/Berlin"),
                new Change("user_ada", START, null));
    }

    @AfterAll
    void close() {
        readSide.close();
    }

    @Test
    void aRebuildOnANonEmptyStoreGivesEveryRowOfEveryTableAgain() {
        Map<String, List<String>> before = rows();
        assertThat(before)
                .as("seed %d", SEED)
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isNotEmpty());

        readSide.bean(Rebuild.class).rebuild();
        readSide.catchUp();
        rows().forEach((table, rows) -> same(rows, before.getOrDefault(table, List.of()), table));
    }

    @Test
    void theSpendIsTheSumOfItsEntriesAndOfTheChargesInTheRecord() {
        String summed = "select organisation, date_bin('15 minutes', counts_at, timestamptz '2000-01-01Z') as quarter,"
                + " key_id, model, sum(calls)::bigint as calls, sum(cost) as cost, sum(unresolved) as unresolved,"
                + " sum(input)::bigint as input, sum(unknown)::bigint as unknown from usage_spend_entry"
                + " group by 1, 2, 3, 4 order by 1, 2, 3, 4";
        String kept = "select organisation, quarter, key_id, model, calls, cost, unresolved, input, unknown"
                + " from usage_spend order by 1, 2, 3, 4";
        same(query(kept), query(summed), "spend");
        assertThat(number("select sum(cost) from usage_spend"))
                .isEqualTo(
                        number(
                                "select sum((coalesce(payload::jsonb #>> '{charge,total}', payload::jsonb ->> 'amount'))"
                                        + "::numeric(38, 12)) from ledger_event"
                                        + " where event_type in ('key.CallSettled', 'key.CallSettledLate', 'key.ChargeAdjusted')"));
    }

    @Test
    void everyWindowCountsWhatTheCallsOfItHoldAndCost() {
        for (String window : List.of("day", "week", "month", "total")) {
            same(
                    query("select scope_id, sum(spent) as spent, sum(held) as held, sum(unresolved) as unresolved"
                            + " from budget_counter where scope_type = 'key' and \"window\" = '" + window
                            + "' group by 1 order by 1"),
                    query("""
                            select key_id as scope_id, sum(spent) as spent, sum(held) as held, sum(unresolved) as unresolved
                            from (
                              select key_id,
                                     case when status in ('settled', 'settled_late') then coalesce(cost, 0) else 0 end
                                       as spent,
                                     case when status = 'open' then hold else 0 end as held,
                                     case when resolved is null and (status = 'expired' or status = 'settled'
                                       and cost is null) then hold else 0 end as unresolved
                              from usage_call where status <> 'denied'
                              union all
                              select key_id, amount, 0, 0 from usage_adjustment) entry
                            group by 1 order by 1
                            """),
                    window);
        }
    }

    @Test
    void aLimitedTeamCountsWhatItsKeyCounts() {
        String counters =
                "select spent, held, unresolved from budget_counter" + " where \"window\" = 'total' and scope_id = ";
        same(query(counters + "'team_ada'"), query(counters + "'key_ada'"), "the team");
    }

    private Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new TreeMap<>();
        List<String> tables = readSide.database()
                .sql("select tablename from pg_tables where schemaname = 'public'"
                        + " and tablename similar to '(usage|budget|waste|key)\\_%'")
                .query(String.class)
                .list();
        assertThat(tables).hasSize(9);
        tables.forEach(table -> rows.put(table, query("select * from " + table)));
        return rows;
    }

    /** Shows the rows that differ, and no others. */
    private static void same(List<String> actual, List<String> expected, String what) {
        List<String> unexpected = new ArrayList<>(actual);
        expected.forEach(unexpected::remove);
        List<String> missing = new ArrayList<>(expected);
        actual.forEach(missing::remove);
        assertThat(unexpected).as("unexpected in %s, seed %d", what, SEED).isEmpty();
        assertThat(missing).as("missing in %s, seed %d", what, SEED).isEmpty();
    }

    private List<String> query(String sql) {
        return readSide.database().sql(sql).query().listOfRows().stream()
                .map(row -> {
                    Map<String, Object> plain = new TreeMap<>(row);
                    plain.replaceAll((column, value) ->
                            value instanceof BigDecimal number ? number.stripTrailingZeros() : value);
                    return plain.toString();
                })
                .toList();
    }

    private BigDecimal number(String sql) {
        return readSide.database().sql(sql).query(BigDecimal.class).single().stripTrailingZeros();
    }
}
