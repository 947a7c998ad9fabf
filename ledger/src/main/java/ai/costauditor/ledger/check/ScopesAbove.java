package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.Effect.Balance;
import ai.costauditor.ledger.check.Effect.Counted;
import ai.costauditor.ledger.check.Effect.Limit;
import ai.costauditor.ledger.check.Effect.LimitsSet;
import ai.costauditor.ledger.check.Effect.Move;
import ai.costauditor.ledger.check.Effect.Moved;
import ai.costauditor.ledger.check.Effect.Posting;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits above the keys, kept twice: once as their own streams say, once from the events of the keys below. Both must be
 * equal: transaction by transaction for each call, at the opening of a limit, and at the end.
 *
 * <p>The events of one transaction are sorted by stream, so that those of a scope come before those of the keys that moved
 * it; but the rules here hold whatever the order within a transaction.
 */
final class ScopesAbove implements Examination {

    /** A refusal may stand after the moves of its batch, and a batch has no more than a few hundred. */
    private static final int MOVES_REMEMBERED = 10_000;

    private final Line moves = new Line("moves of scopes");
    private final Line openings = new Line("openings of scopes");
    private final Line balances = new Line("balances of scopes");
    private final Line limits = new Line("hard limits of scopes");
    private final Line refusals = new Line("balances in refusals by scopes");

    private final Book book;
    private final KeyBudgets keys;
    private final Map<String, Scope> scopes = new TreeMap<>();
    private final Counters fromStreams = new Counters();
    private final Counters fromKeys = new Counters();
    private final Map<Owed, Amounts> owed = new LinkedHashMap<>();
    private final Set<Opened> opened = new HashSet<>();
    private final List<Opening> toCompare = new ArrayList<>();
    private final Deque<Recent> recent = new ArrayDeque<>();

    ScopesAbove(Book book, KeyBudgets keys) {
        this.book = book;
        this.keys = keys;
    }

    /**
     * @param limits empty while nothing is limited, and so nothing is counted
     * @param changed the transaction that set them: what it decided before that, it decided by the limits before
     * @param limitsBefore one after the other: a transaction can set limits several times
     */
    record Scope(
            String id,
            String type,
            String organisation,
            ZoneId zone,
            List<Limit> limits,
            long changed,
            List<List<Limit>> limitsBefore) {

        boolean isLimited() {
            return !limits.isEmpty();
        }

        boolean changedIn(StoredEvent event) {
            return changed == event.transaction();
        }

        boolean has(Limit limit, Instant at, StoredEvent event) {
            return hasNow(limit, at) || changedIn(event) && had(limit, at);
        }

        boolean hasNow(Limit limit, Instant at) {
            return isAmong(limits, limit, at);
        }

        private boolean had(Limit limit, Instant at) {
            return limitsBefore.stream().anyMatch(before -> isAmong(before, limit, at));
        }

        private static boolean isAmong(List<Limit> all, Limit limit, Instant at) {
            return all.stream().anyMatch(each -> each.at(at).equals(limit));
        }
    }

    /** What the moves of a transaction say about a call and the events of its key do not, or the other way round. */
    private record Owed(
            long transaction, String scope, @Nullable String call, Instant at) {}

    /** In this transaction a scope got its first limit, so some of its calls came before and some after it. */
    private record Opened(long transaction, String scope) {}

    /** @param isTaken as it is: what a moved key spent where, only the key knows */
    private record Opening(StoredEvent event, Scope scope, Instant at, boolean isTaken) {}

    private record Recent(String scope, Posting posting) {}

    Map<String, Scope> scopes() {
        return scopes;
    }

    /** Of every limited scope, as its own stream says. */
    Counters counters() {
        return fromStreams;
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        if (!toCompare.isEmpty()) {
            compareOpenings(event);
        }
        switch (effect) {
            case LimitsSet set -> set(event, set);
            case Moved moved -> move(event, moved);
            case Counted counted -> count(event, counted);
            case Effect.Refused refused -> refuse(event, refused);
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> {}
            case Effect.Impossible impossible -> {}
        }
    }

    // --- limits ---

    private void set(StoredEvent event, LimitsSet set) {
        Scope before = scopes.get(set.scope());
        Scope scope = new Scope(
                set.scope(),
                set.type(),
                set.organisation(),
                set.zone(),
                set.limits(),
                event.transaction(),
                limitsBefore(event, before));
        scopes.put(scope.id(), scope);
        // set again in the transaction of an opening: what came between the two, only the writer knows
        boolean isTaken = toCompare.stream()
                .anyMatch(opening -> opening.isTaken() && opening.scope().id().equals(scope.id()));
        toCompare.removeIf(opening -> opening.scope().id().equals(scope.id()));
        boolean opens = before == null || !before.isLimited();
        Map<Counters.Place, Amounts> opening = set.opening();
        if (opens != (opening != null)) {
            openings.differs(event + (opens ? " opens without saying with what" : " opens what was open"));
        }
        if (opens || opening != null) {
            open(event, scope, opening == null ? Map.of() : opening, set.at());
        } else if (isTaken) {
            toCompare.add(new Opening(event, scope, set.at(), true));
        }
    }

    private static List<List<Limit>> limitsBefore(StoredEvent event, @Nullable Scope before) {
        if (before == null) {
            return List.of(List.of());
        }
        List<List<Limit>> all = new ArrayList<>(before.changedIn(event) ? before.limitsBefore() : List.of());
        all.add(before.limits());
        return all;
    }

    private void open(StoredEvent event, Scope scope, Map<Counters.Place, Amounts> opening, Instant at) {
        fromStreams.forget(scope.id());
        opening.forEach(fromStreams::set);
        fromKeys.forget(scope.id());
        if (book.keys().stream().anyMatch(key -> key.wasMoved() && key.isIn(scope.organisation()))) {
            opened.add(new Opened(event.transaction(), scope.id()));
            toCompare.add(new Opening(event, scope, at, true));
            return;
        }
        for (KeyState key : book.keys()) {
            if (key.isIn(scope.id())) {
                keys.counters()
                        .places(
                                key.owner().key(),
                                place -> fromKeys.add(
                                        place.of(scope.id()), keys.counters().get(place)));
            }
        }
        if (scope.isLimited()) {
            opened.add(new Opened(event.transaction(), scope.id()));
            toCompare.add(new Opening(event, scope, at, false));
        }
    }

    /**
     * After the last event of the transaction for its organisation: a change of limits has the organisation to itself, so
     * the events of others come before or after all of them.
     */
    private void compareOpenings(StoredEvent next) {
        Iterator<Opening> each = toCompare.iterator();
        while (each.hasNext()) {
            Opening opening = each.next();
            if (next.transaction() != opening.event().transaction()
                    && opening.scope().organisation().equals(book.organisationOf(next))) {
                compare(opening);
                each.remove();
            }
        }
    }

    /**
     * Keys forget what was spent in windows that are over, so an opening may know less of those; what is held or unresolved
     * is never forgotten.
     */
    private void compare(Opening opening) {
        Scope scope = opening.scope();
        if (opening.isTaken()) {
            // from the next transaction on the calls say it
            both(scope.id()).forEach(place -> fromKeys.set(place, fromStreams.get(place)));
            return;
        }
        both(scope.id()).forEach(place -> {
            openings.compared("counters");
            Amounts said = fromStreams.get(place);
            Amounts counted = fromKeys.get(place);
            Instant end = place.window().end(place.start(), scope.zone());
            boolean isOver = end != null && !end.isAfter(opening.at());
            boolean forgotten = isOver && said.isWhatIsLeftOf(counted);
            if (forgotten) {
                fromKeys.set(place, said);
            } else if (!said.equals(counted)) {
                openings.differs(opening.event() + " says " + said + " in " + place + ", the keys say " + counted);
            }
        });
    }

    private Set<Counters.Place> both(String scope) {
        Set<Counters.Place> places = new HashSet<>();
        fromStreams.places(scope, places::add);
        fromKeys.places(scope, places::add);
        return places;
    }

    // --- moves ---

    private void move(StoredEvent event, Moved moved) {
        Scope scope = scopes.get(moved.scope());
        if (scope == null || !scope.isLimited() && !scope.changedIn(event)) {
            moves.differs(event + " moves " + moved.scope() + ", which has no limits");
            return;
        }
        for (Move move : moved.moves()) {
            moves.compared("moves");
            Posting posting = move.posting();
            fromStreams.add(scope.id(), scope.zone(), posting.at(), posting.change());
            remember(new Recent(scope.id(), posting));
            if (scope.isLimited()) {
                owe(new Owed(event.transaction(), scope.id(), move.call(), posting.at()), posting.change());
                // only a key that just observes holds nothing
                if (move.isHold() && !posting.change().held().isZero()) {
                    requireRoom(event, scope, move);
                }
            }
        }
    }

    private void count(StoredEvent event, Counted counted) {
        for (String id : KeyState.scopesAbove(counted.owner())) {
            Scope scope = scopes.get(id);
            if (scope != null && scope.isLimited()) {
                for (Posting posting : counted.postings()) {
                    fromKeys.add(id, scope.zone(), posting.at(), posting.change());
                    owe(
                            new Owed(event.transaction(), id, counted.call(), posting.at()),
                            Amounts.NOTHING.minus(posting.change()));
                }
            }
        }
    }

    private void owe(Owed key, Amounts amounts) {
        owed.compute(key, (k, before) -> {
            Amounts now = before == null ? amounts : before.plus(amounts);
            return now.isNothing() ? null : now;
        });
    }

    private void remember(Recent move) {
        recent.addLast(move);
        if (recent.size() > MOVES_REMEMBERED) {
            recent.removeFirst();
        }
    }

    private void requireRoom(StoredEvent event, Scope scope, Move move) {
        limits.compared("holds under a limit");
        Instant at = move.posting().at();
        String passed = passed(scope, scope.limits(), at);
        boolean fittedBefore = scope.changedIn(event)
                && scope.limitsBefore().stream().anyMatch(before -> passed(scope, before, at) == null);
        if (passed != null && !fittedBefore) {
            limits.differs(event + " lets " + move.call() + " pass, which makes " + passed);
        }
    }

    private @Nullable String passed(Scope scope, List<Limit> all, Instant at) {
        for (Limit limit : all) {
            Counters.Place place = place(scope, limit, at);
            Money counted = fromStreams.get(place).sum();
            Money most = limit.at(at).limit();
            if (limit.hard() && (most.isZero() || counted.isGreaterThan(most))) {
                return counted + " of " + most + " in " + place;
            }
        }
        return null;
    }

    // --- refusals ---

    /** The refusal was decided between two moves of its batch; they are undone, one by one, until it fits. */
    private void refuse(StoredEvent event, Effect.Refused refused) {
        Balance balance = refused.balance();
        if (balance == null || balance.scope().equals(event.stream())) {
            return;
        }
        refusals.compared("refusals for lack of money");
        Limit limit = balance.limit();
        Scope scope = scopes.get(balance.scope());
        if (scope == null || !scope.has(limit, refused.call().startedAt(), event)) {
            refusals.differs(event + " names a limit that " + balance.scope() + " has not: " + limit);
            return;
        }
        // lifted and set again in one transaction: what counted before the first of the two, only the writer knows
        if (opened.contains(new Opened(event.transaction(), scope.id()))
                && !scope.hasNow(limit, refused.call().startedAt())) {
            return;
        }
        Counters.Place place = place(scope, limit, refused.call().startedAt());
        if (!place.start().equals(balance.windowStart()) || !wasOnce(scope, place, balance.amounts())) {
            refusals.differs(event + " says " + balance.amounts() + " from " + balance.windowStart()
                    + ", the moves say " + fromStreams.get(place) + " in " + place);
        } else if (KeyBudgets.hadRoom(
                limit, balance.amounts(), refused.call().hold().amount())) {
            refusals.differs(event + " refuses " + refused.call().id() + ", which needs "
                    + refused.call().hold().amount() + " and would fit: " + balance.amounts() + " of " + limit.limit());
        }
    }

    private boolean wasOnce(Scope scope, Counters.Place place, Amounts amounts) {
        Amounts then = fromStreams.get(place);
        Iterator<Recent> backwards = recent.descendingIterator();
        while (!then.equals(amounts)) {
            if (!backwards.hasNext()) {
                return false;
            }
            Recent move = backwards.next();
            boolean counts = move.scope().equals(scope.id())
                    && place.window().start(move.posting().at(), scope.zone()).equals(place.start());
            then = counts ? then.minus(move.posting().change()) : then;
        }
        return true;
    }

    private static Counters.Place place(Scope scope, Limit limit, Instant at) {
        return new Counters.Place(scope.id(), limit.window(), limit.window().start(at, scope.zone()));
    }

    // --- the end ---

    @Override
    public void end(Store store) {
        toCompare.forEach(this::compare);
        owed.forEach((key, amounts) -> {
            if (!opened.contains(new Opened(key.transaction(), key.scope()))) {
                moves.differs("the moves of " + key.scope() + " and the events of "
                        + Objects.requireNonNullElse(key.call(), "its keys") + " in transaction " + key.transaction()
                        + " differ by " + amounts);
            }
        });
        for (Scope scope : scopes.values()) {
            if (scope.isLimited()) {
                for (Counters.Place place : both(scope.id())) {
                    compareAtTheEnd(place);
                }
            }
        }
    }

    private void compareAtTheEnd(Counters.Place place) {
        balances.compared("counters");
        Amounts said = fromStreams.get(place);
        Amounts counted = fromKeys.get(place);
        if (!said.equals(counted)) {
            balances.differs("the moves say " + said + " in " + place + ", the events of the keys " + counted);
        }
    }

    @Override
    public List<Line> lines() {
        return List.of(moves, openings, balances, limits, refusals);
    }
}
