package ai.costauditor.projections;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.PostgresForTests.Database;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Adjustments;
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
import ai.costauditor.projections.check.ReadModelChecks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each read model is damaged on purpose, and its line, and no other, turns red. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadModelCheckTest {

    private static final Instant START = Instant.parse("2026-03-28T20:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long SEED = Long.getLong("seed", 20260329L);

    private final Database filled = PostgresForTests.fresh();

    @BeforeAll
    void fill() {
        try (ReadSide readSide = new ReadSide(filled)) {
            List<KeyId> keys = List.of(
                    readSide.key("open", BERLIN, null),
                    readSide.key("ada", BERLIN, ReadSide.ADA),
                    readSide.key(
                            "poor",
                            BERLIN,
                            null,
                            new BudgetLimit(Money.of("0.5"), BudgetWindow.DAY, BudgetLimit.Kind.HARD)));
            Traffic traffic = new Traffic(readSide, new Random(SEED));
            traffic.flow(keys, START, Duration.ofHours(20), 200);
            readSide.execute(limitOnTheTeam("90"));
            traffic.flow(keys, START, Duration.ofHours(20), 100);
            readSide.execute(limitOnTheTeam("1"));
            traffic.flow(keys, START, Duration.ofHours(20), 100);
            adjust(readSide, keys.getFirst());
            readSide.catchUp();
        }
    }

    private static SetLimits limitOnTheTeam(String limit) {
        return new SetLimits(
                new Scope(ReadSide.ACME, ScopeType.TEAM, "team_ada"),
                List.of(new BudgetLimit(Money.of(limit), BudgetWindow.MONTH, BudgetLimit.Kind.HARD)),
                BERLIN,
                new Change("user_ada", START, null));
    }

    /** A cost that was wrong, and one that nobody knew. */
    private static void adjust(ReadSide readSide, KeyId key) {
        Adjustments adjustments = readSide.bean(Adjustments.class);
        Change change = new Change("user_ada", START.plusSeconds(900), "a person has looked");
        CallId known = readSide.call(key, "dear", "0.5", START);
        adjustments.adjust(key, AdjustmentId.next(), AdjustmentKind.CORRECTION, Money.of("-0.2"), known, null, change);
        CallId unknown = CallId.next();
        readSide.authorise(key, unknown, "lost", "0.3", START);
        readSide.expire(key, unknown, START.plusSeconds(600));
        readSide.catchUp();
        adjustments.adjust(key, AdjustmentId.next(), AdjustmentKind.CORRECTION, Money.of("0.1"), unknown, null, change);
    }

    private CheckedStore store() {
        return CheckedStore.copyOf(filled, book -> ReadModelChecks.of(book, null));
    }

    @Test
    void readModelsThatNobodyTouchedAreFine() {
        for (Line line : store().report().lines()) {
            assertThat(line.first()).as("%s, seed %d", line.name(), SEED).isEmpty();
        }
    }

    @Test
    void everyReadModelIsCompared() {
        List<Line> lines = store().report().lines();
        int reader = lines.stream().map(Line::name).toList().indexOf("reader of the read models");
        assertThat(lines.subList(reader, lines.size()))
                .hasSize(12)
                .allSatisfy(line -> assertThat(line.compared()).as(line.name()).isNotEmpty());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            reader of the read models         | update projection_progress set position = position - 1
            charges in the call log           | update usage_call set lines = '[]' where id = (select min(id) from usage_call where cost > 0)
            refusals in the call log          | update usage_call set refusal = '{"reason":"key_suspended"}' where id = (select min(id) from usage_call where status = 'denied')
            spend and its entries               | update usage_spend set quarter = quarter + interval '15 minutes' where quarter = (select max(quarter) from usage_spend where quarter::time < '23:30')
            adjustments                       | update usage_adjustment set reason = 'because', kind = 'credit' where unresolved is null
            budget counters                   | update budget_counter set spent = spent + 0.000000000001 where scope_id = 'key_ada' and "window" = 'week'
            budget counters                   | update budget_counter set held = held + 1 where scope_type = 'team' and "window" = 'total'
            budget counters                   | delete from budget_counter where scope_id = 'key_poor' and "window" = 'month'
            holds of budgets                  | update budget_hold set resolved = not resolved where call_id = (select min(call_id) from budget_hold)
            holds of budgets                  | delete from budget_hold where call_id = (select min(call_id) from budget_hold)
            scopes of budgets                 | update budget_scope set limits = '[]' where scope_type = 'team'
            scopes of budgets                 | update budget_scope set zone = 'UTC' where scope_id = 'key_poor'
            last uses of keys                 | update key_use set last_used_at = last_used_at + interval '1 microsecond' where key_id = 'key_ada'
            repeated prompts                  | update waste_repeat set wasted = wasted * 2 where call_id = (select min(call_id) from waste_repeat where wasted > 0)
            repeated prompts                  | delete from waste_prompt where call_id = (select min(call_id) from waste_prompt)
            """)
    void aReadModelIsEdited(String line, String sql) {
        assertThat(store().with(sql).wrong()).as("seed %d", SEED).containsExactly(line);
    }

    @Test
    void aCallIsMissingInTheLog() {
        CheckedStore store = store().with(
                        "delete from usage_call where id = (select min(id) from usage_call where status = 'open')");
        assertThat(store.wrong()).containsExactly("call log");
        assertThat(store.differences("call log").getFirst()).contains("key_", "the call log has", "the record");
    }

    @Test
    void theCostOfACallIsEdited() {
        CheckedStore store = store().with(
                        "update usage_call set cost = cost + 0.000000000001 where id = (select min(id) from usage_call where cost > 0)");
        assertThat(store.wrong()).containsExactly("call log", "charges in the call log", "spend and its entries");
    }

    @Test
    void theSpendIsEdited() {
        CheckedStore store = store().with(
                        "update usage_spend set cost = cost + 1 where quarter = (select max(quarter) from usage_spend)");
        assertThat(store.wrong()).containsExactly("spend", "spend and its entries");
    }

    @Test
    void aRefusalIsMissing() {
        assertThat(store().with(
                                "delete from usage_call where id = (select min(id) from usage_call where status = 'denied')")
                        .wrong())
                .containsExactly("call log", "refusals in the call log");
    }

    @Test
    void readModelsThatAreBehindAreComparedWhereTheyAre() {
        // an event that no read model has seen
        CheckedStore store = store().with("""
                insert into ledger_event
                    (event_id, stream, stream_type, version, event_type, revision, payload, metadata, recorded_at)
                select event_id || 'x', stream, stream_type,
                    (select max(version) + 1 from ledger_event newest where newest.stream = ledger_event.stream),
                    event_type, revision, replace(payload, '"call":"', '"call":"call_new_'), metadata, now()
                from ledger_event where position in (
                    select max(position) from ledger_event where event_type = 'key.CallAuthorised')""");
        assertThat(store.wrong()).isEmpty();
        Line reader = store.report().lines().stream()
                .filter(line -> line.name().equals("reader of the read models"))
                .findFirst()
                .orElseThrow();
        assertThat(reader.compared()).containsEntry("events to come", 1L);
    }

    @Test
    void anEventThatTheReaderPassedOverIsMissed() {
        CheckedStore store = store().with("""
                update reader_token set token = replace(token, '"gaps":[]', '"gaps":[' ||
                    (select min(position) from ledger_event where event_type = 'key.CallAuthorised') || ']')
                where processor = 'read-models'""");
        assertThat(store.differences("reader of the read models")).isEmpty();
        store.with("update ledger_event set recorded_at = recorded_at - interval '1 hour'");
        assertThat(store.differences("reader of the read models").getFirst()).contains("passed over");
    }
}
