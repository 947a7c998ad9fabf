package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.Amounts;
import ai.costauditor.ledger.check.Book;
import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.CallState.Status;
import ai.costauditor.ledger.check.Counters;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Effect.Counted;
import ai.costauditor.ledger.check.Effect.LimitsSet;
import ai.costauditor.ledger.check.Effect.Posting;
import ai.costauditor.ledger.check.KeyState;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import ai.costauditor.ledger.check.Window;
import ai.costauditor.ledger.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The counters of every key and of every limited scope, in every window; the holds behind them; and the limits shown. */
final class BudgetCheck extends ReadModelCheck {

    private static final String COUNTERS = """
            select scope_type, scope_id, "window", window_start, spent, held, unresolved
            from budget_counter join budget_scope using (scope_type, scope_id)
            where :organisation order by scope_id, "window", window_start""";

    private static final String ORPHANS = """
            select scope_type, scope_id, count(*) as counters from budget_counter
            where not exists (select from budget_scope scope
                where scope.scope_type = budget_counter.scope_type and scope.scope_id = budget_counter.scope_id)
            group by 1, 2""";

    private static final String HOLDS = """
            select call_id, amount, resolved from budget_hold
            left join (select id as call_id, organisation from usage_call) call using (call_id)
            where :organisation order by call_id""";

    private final Line counted = new Line("budget counters");
    private final Line held = new Line("holds of budgets");
    private final Line shown = new Line("scopes of budgets");
    private final Book book;
    private final Counters counters = new Counters();
    private final Map<String, ZoneId> zones = new HashMap<>();
    private final Map<String, Hold> holds = new HashMap<>();
    private final Map<String, Scope> scopes = new HashMap<>();

    BudgetCheck(Reader reader, Book book, @Nullable String organisation) {
        super(reader, organisation);
        this.book = book;
    }

    /** @param resolved false while nobody knows what the call cost */
    private record Hold(Money amount, boolean resolved) {}

    private record Scope(String type, String organisation, String zone, List<Effect.Limit> limits) {}

    @Override
    protected void count(StoredEvent event, Effect effect) {
        switch (effect) {
            case Counted counts -> {
                KeyState key = Objects.requireNonNull(book.key(event.stream()));
                for (Posting posting : counts.postings()) {
                    counters.add(event.stream(), key.zone(), posting.at(), posting.change());
                }
                keep(counts);
            }
            case LimitsSet set -> set(set);
            case Effect.Moved moved -> {
                ZoneId zone = zones.get(moved.scope());
                if (zone != null) {
                    moved.moves()
                            .forEach(move -> counters.add(
                                    moved.scope(),
                                    zone,
                                    move.posting().at(),
                                    move.posting().change()));
                }
            }
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> issued(event);
            case Effect.Refused refused -> {}
            case Effect.Impossible impossible -> {}
        }
    }

    private void keep(Counted counts) {
        switch (counts) {
            case Effect.Step step -> {
                CallState call = step.after();
                if (call.status() == Status.OPEN || call.isUnresolved()) {
                    holds.put(call.id(), new Hold(call.hold().amount(), call.status() == Status.OPEN));
                } else {
                    holds.remove(call.id());
                }
            }
            case Effect.Adjusted adjusted -> {
                if (adjusted.before() != null) {
                    holds.remove(adjusted.before().id());
                }
            }
        }
    }

    private void set(LimitsSet set) {
        scopes.put(
                set.scope(),
                new Scope(set.type(), set.organisation(), set.zone().getId(), set.limits()));
        zones.put(set.scope(), set.zone());
        Map<Counters.Place, Amounts> opening = set.opening();
        if (opening != null) {
            counters.forget(set.scope());
            opening.forEach(counters::set);
        }
    }

    private void issued(StoredEvent event) {
        KeyState key = book.key(event.stream());
        if (key != null) {
            scopes.put(
                    event.stream(),
                    new Scope("key", key.owner().organisation(), key.zone().getId(), List.of()));
        }
    }

    @Override
    public void end(Store store) {
        query(store, COUNTERS, row -> {
            counted.compared("counters");
            Counters.Place place = new Counters.Place(
                    row.getString("scope_id"),
                    Window.valueOf(row.getString("window").toUpperCase(java.util.Locale.ROOT)),
                    row.getObject("window_start", OffsetDateTime.class).toInstant());
            Amounts kept = amounts(row);
            Amounts recorded = Objects.requireNonNullElse(counters.take(place), Amounts.NOTHING);
            if (!kept.equals(recorded)) {
                counted.differs(place + " has " + kept + ", the record says " + recorded);
            }
        });
        counters.places(place -> {
            Amounts recorded = counters.get(place);
            if (!recorded.isNothing()) {
                counted.differs(place + " has nothing, the record says " + recorded);
            }
        });
        query(
                store,
                ORPHANS,
                row -> counted.differs(row.getLong("counters") + " counters are of " + row.getString("scope_type") + " "
                        + row.getString("scope_id") + ", which is not there"));
        compareHolds(store);
        compareScopes(store);
    }

    private void compareHolds(Store store) {
        query(store, HOLDS, row -> {
            held.compared("holds");
            Hold kept = new Hold(new Money(row.getBigDecimal("amount")), row.getBoolean("resolved"));
            say(held, row.getString("call_id"), kept, holds.remove(row.getString("call_id")));
        });
        holds.forEach((call, hold) -> say(held, call, null, hold));
    }

    private void compareScopes(Store store) {
        query(store, "select * from budget_scope where :organisation order by scope_id", row -> {
            shown.compared("scopes");
            Scope kept = new Scope(
                    row.getString("scope_type"),
                    row.getString("organisation"),
                    row.getString("zone"),
                    Book.limits(row.getString("limits")));
            say(shown, row.getString("scope_id"), kept, scopes.remove(row.getString("scope_id")));
        });
        scopes.forEach((id, scope) -> say(shown, id, null, scope));
    }

    private static void say(Line line, String what, @Nullable Object kept, @Nullable Object recorded) {
        if (!Objects.equals(kept, recorded)) {
            line.differs(what + " is " + Objects.requireNonNullElse(kept, "nothing") + ", the record says "
                    + Objects.requireNonNullElse(recorded, "nothing"));
        }
    }

    private static Amounts amounts(ResultSet row) throws SQLException {
        return new Amounts(
                new Money(row.getBigDecimal("spent")),
                new Money(row.getBigDecimal("held")),
                new Money(row.getBigDecimal("unresolved")));
    }

    @Override
    public List<Line> lines() {
        return List.of(counted, held, shown);
    }
}
