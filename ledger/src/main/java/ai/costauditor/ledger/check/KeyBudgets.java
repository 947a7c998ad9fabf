package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.Effect.Balance;
import ai.costauditor.ledger.check.Effect.Limit;
import ai.costauditor.ledger.money.Money;
import java.util.List;
import java.util.Objects;

/** What each key has spent and holds, as its calls say, and whether its own limits were kept. */
final class KeyBudgets implements Examination {

    private final Line limits = new Line("hard limits of keys");
    private final Line balances = new Line("balances in refusals by keys");
    private final Book book;
    private final Counters counters = new Counters();

    KeyBudgets(Book book) {
        this.book = book;
    }

    /** Of every key, in every window. */
    Counters counters() {
        return counters;
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        switch (effect) {
            case Effect.Counted counted -> {
                KeyState key = Objects.requireNonNull(book.key(event.stream()));
                counted.postings().forEach(p -> counters.add(event.stream(), key.zone(), p.at(), p.change()));
                if (counted instanceof Effect.Step step && step.isAuthorisation() && !key.isOnlyObserved()) {
                    requireRoom(event, key, step.after());
                }
            }
            case Effect.Refused refused -> {
                Balance balance = refused.balance();
                if (balance != null && balance.scope().equals(event.stream())) {
                    compare(event, refused.call(), balance);
                }
            }
            case Effect.LimitsSet set -> {}
            case Effect.Moved moved -> {}
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> {}
            case Effect.Impossible impossible -> {}
        }
    }

    private void requireRoom(StoredEvent event, KeyState key, CallState call) {
        for (Limit limit : key.limitsAt(call.startedAt())) {
            if (limit.hard()) {
                limits.compared("authorisations under a limit");
                Counters.Place place = new Counters.Place(
                        event.stream(), limit.window(), limit.window().start(call.startedAt(), key.zone()));
                Money counted = counters.get(place).sum();
                if (limit.limit().isZero() || counted.isGreaterThan(limit.limit())) {
                    limits.differs(event + " lets " + call.id() + " pass, which makes " + counted + " of "
                            + limit.limit() + " in " + place);
                }
            }
        }
    }

    private void compare(StoredEvent event, CallState call, Balance balance) {
        KeyState key = Objects.requireNonNull(book.key(event.stream()));
        balances.compared("refusals for lack of money");
        Limit limit = balance.limit();
        Counters.Place place = new Counters.Place(
                event.stream(), limit.window(), limit.window().start(call.startedAt(), key.zone()));
        Amounts counted = counters.get(place);
        if (!key.limitsAt(call.startedAt()).contains(limit) || !place.start().equals(balance.windowStart())) {
            balances.differs(
                    event + " names a limit that the key has not: " + limit + " from " + balance.windowStart());
        } else if (!counted.equals(balance.amounts())) {
            balances.differs(event + " says " + balance.amounts() + ", the calls say " + counted + " in " + place);
        } else if (hadRoom(limit, counted, call.hold().amount())) {
            balances.differs(event + " refuses " + call.id() + ", which needs "
                    + call.hold().amount() + " and would fit: " + counted + " of " + limit.limit());
        }
    }

    static boolean hadRoom(Limit limit, Amounts counted, Money hold) {
        return !limit.limit().isZero() && !counted.sum().plus(hold).isGreaterThan(limit.limit());
    }

    @Override
    public List<Line> lines() {
        return List.of(limits, balances);
    }
}
