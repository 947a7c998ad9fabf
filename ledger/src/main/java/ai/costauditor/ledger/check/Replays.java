package ai.costauditor.ledger.check;

import ai.costauditor.ledger.budgets.BudgetReplay;
import ai.costauditor.ledger.check.Effect.Limit;
import ai.costauditor.ledger.keys.KeyReplay;
import ai.costauditor.ledger.store.Replay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Replays every key and every budget through its own code, from its first event to its last, and compares the balances that
 * it will decide by with those that are computed here. On the way each snapshot is compared with the state of its version.
 */
final class Replays implements Examination {

    /** Closed windows that an aggregate keeps at least; it forgets older ones in which nothing is held. */
    private static final int WINDOWS_KEPT = 3;

    /** What a snapshot remembers of money and rights; it also has rates and places, which are worth nothing later. */
    private static final List<String> LASTING = List.of(
            "issued", "secret", "policy", "status", "scope", "zone", "limits", "counters", "open", "unresolved");

    private static final Map<String, Supplier<Replay<?>>> KINDS =
            Map.of("key", KeyReplay::begin, "budget", BudgetReplay::begin);

    private final Line aggregates = new Line("replayed aggregates");
    private final Line snapshots = new Line("snapshots");
    private final Book book;
    private final KeyBudgets keys;
    private final ScopesAbove scopes;
    private final Check.Listener listener;
    private final @Nullable String organisation;
    private final long events;

    Replays(Book book, KeyBudgets keys, ScopesAbove scopes, Check.Scope check) {
        this.book = book;
        this.keys = keys;
        this.scopes = scopes;
        this.listener = check.listener();
        this.organisation = check.organisation();
        this.events = check.events();
    }

    /** One that is being replayed. */
    private static final class Running {
        final String stream;
        final String kind;
        final Replay<?> replay;
        final Map<Long, String> snapshots = new HashMap<>();

        @Nullable String broken;

        Running(String stream, String kind, Replay<?> replay) {
            this.stream = stream;
            this.kind = kind;
            this.replay = replay;
        }
    }

    @Override
    public void end(Store store) {
        @Nullable Running[] running = {null};
        long[] read = {0};
        store.eventsByStream(event -> {
            listener.read("replaying aggregates", ++read[0], events);
            Supplier<Replay<?>> kind = KINDS.get(event.kind());
            if (kind == null || !concerns(event)) {
                return;
            }
            if (running[0] == null || !running[0].stream.equals(event.stream())) {
                finish(running[0]);
                running[0] = begin(store, event, kind.get());
            }
            replay(running[0], event);
        });
        finish(running[0]);
    }

    private boolean concerns(StoredEvent event) {
        String whose = book.organisationOf(event);
        return organisation == null || whose == null || whose.equals(organisation);
    }

    private static Running begin(Store store, StoredEvent first, Replay<?> replay) {
        Running running = new Running(first.stream(), first.kind(), replay);
        store.query(
                "select version, payload from ledger_snapshot where stream = ? and event_type = ?",
                row -> running.snapshots.put(row.getLong("version"), row.getString("payload")),
                first.stream(),
                replay.snapshotName());
        return running;
    }

    private void replay(Running running, StoredEvent event) {
        if (running.broken != null) {
            return;
        }
        try {
            running.replay.on(event.type(), event.payload());
        } catch (RuntimeException e) {
            running.broken = event + " cannot be replayed: " + e.getMessage();
            aggregates.differs(running.broken);
            return;
        }
        String snapshot = running.snapshots.remove(event.version());
        if (snapshot != null) {
            compare(event, snapshot, running.replay.state());
        }
    }

    private void compare(StoredEvent event, String snapshot, String state) {
        snapshots.compared("snapshots");
        try {
            Fields kept = Fields.of(snapshot);
            Fields made = Fields.of(state);
            for (String name : LASTING) {
                if (!unordered(kept, name).equals(unordered(made, name))) {
                    snapshots.differs("the snapshot of " + event.stream() + " at version " + event.version() + " says "
                            + name + " " + kept.node().get(name) + ", its events say "
                            + made.node().get(name));
                }
            }
        } catch (RuntimeException e) {
            snapshots.differs("the snapshot of " + event.stream() + " at version " + event.version()
                    + " cannot be read: " + e.getMessage());
        }
    }

    private static Object unordered(Fields state, String name) {
        JsonNode value = state.node().get(name);
        if (value == null || !value.isArray()) {
            return Objects.requireNonNullElse(value, "none");
        }
        Map<String, Long> counted = new TreeMap<>();
        value.valueStream().forEach(element -> counted.merge(element.toString(), 1L, Long::sum));
        return counted;
    }

    private void finish(@Nullable Running running) {
        if (running == null) {
            return;
        }
        if (running.broken == null) {
            running.snapshots
                    .keySet()
                    .forEach(version -> snapshots.differs(
                            "the snapshot of " + running.stream + " at version " + version + " has no event"));
            aggregates.compared(running.kind.equals("key") ? "keys" : "budgets");
            compareBalances(running, Fields.of(running.replay.state()));
        }
    }

    private void compareBalances(Running running, Fields state) {
        boolean isKey = running.kind.equals("key");
        String scope = isKey ? running.stream : state.in("scope").text("id");
        KeyState key = book.key(scope);
        ScopesAbove.Scope limited = scopes.scopes().get(scope);
        List<Limit> limits =
                isKey ? key == null ? List.of() : key.limits() : limited == null ? List.of() : limited.limits();
        if (!limits.equals(Book.limits(state, "limits"))) {
            aggregates.differs(
                    running.stream + " has limits " + state.node().get("limits") + ", its events say " + limits);
        }
        Counters told = new Counters();
        for (Fields counter : state.list("counters")) {
            told.set(
                    new Counters.Place(scope, Window.of(counter.text("window")), counter.time("start")),
                    Book.amounts(counter));
        }
        compare(told, isKey ? keys.counters() : scopes.counters(), scope);
    }

    private void compare(Counters told, Counters counted, String scope) {
        List<Counters.Place> places = new ArrayList<>();
        counted.places(scope, places::add);
        for (Counters.Place place : places) {
            aggregates.compared("balances");
            Amounts expected = counted.get(place);
            Amounts said = told.take(place);
            if (!isSame(said, expected, told.windows(scope, place.window()), place)) {
                aggregates.differs("the replayed " + place + " has " + (said == null ? "nothing" : said)
                        + ", its events make " + expected);
            }
        }
        told.places(place -> {
            // a hold of nothing leaves a counter of nothing
            if (!told.get(place).isNothing()) {
                aggregates.differs("the replayed " + place + " has " + told.get(place) + " of no event");
            }
        });
    }

    /** @param kept the windows of the aggregate, at least those after the place: also ones of holds of nothing */
    private static boolean isSame(
            @Nullable Amounts said,
            Amounts expected,
            NavigableMap<java.time.Instant, Amounts> kept,
            Counters.Place place) {
        if (said != null && said.equals(expected)) {
            return true;
        }
        boolean mayBeForgotten = kept.tailMap(place.start(), false).size() >= WINDOWS_KEPT;
        Amounts left = said == null ? Amounts.NOTHING : said;
        return mayBeForgotten && left.isWhatIsLeftOf(expected);
    }

    @Override
    public List<Line> lines() {
        return List.of(aggregates, snapshots);
    }
}
