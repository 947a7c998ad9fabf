package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.Effect.Told;
import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A threshold is told when it was reached, with what was spent, and once for each limit in each window. */
final class Thresholds implements Examination {

    private final Line thresholds = new Line("thresholds");
    private final Book book;
    private final KeyBudgets keys;
    private final ScopesAbove scopes;
    private final Set<Once> told = new HashSet<>();

    Thresholds(Book book, KeyBudgets keys, ScopesAbove scopes) {
        this.book = book;
        this.keys = keys;
        this.scopes = scopes;
    }

    private record Once(Counters.Place place, boolean hard, int percent, Money limit) {}

    @Override
    public void see(StoredEvent event, Effect effect) {
        if (effect instanceof Told reached) {
            thresholds.compared("thresholds");
            compare(event, reached);
        }
    }

    private void compare(StoredEvent event, Told reached) {
        KeyState key = book.key(reached.scope());
        ZoneId zone = key == null ? zoneAbove(reached.scope()) : key.zone();
        if (zone == null) {
            thresholds.differs(event + " is about " + reached.scope() + ", which has no limits");
            return;
        }
        Counters counters = key == null ? scopes.counters() : keys.counters();
        Counters.Place place = new Counters.Place(
                reached.scope(), reached.window(), reached.window().start(reached.at(), zone));
        Money spent = counters.get(place).spent();
        if (!reached.spent().equals(spent) && !isForgotten(counters, place, reached.spent(), spent)) {
            thresholds.differs(event + " says " + reached.spent() + ", the calls say " + spent + " in " + place);
        } else if (isLess(reached)) {
            thresholds.differs(
                    event + " says that " + reached.spent() + " is " + reached.percent() + " % of " + reached.limit());
        } else if (!told.add(new Once(place, reached.hard(), reached.percent(), reached.limit()))) {
            thresholds.differs(event + " tells again of " + reached.percent() + " % in " + place);
        }
    }

    private @Nullable ZoneId zoneAbove(String id) {
        ScopesAbove.Scope scope = scopes.scopes().get(id);
        return scope == null ? null : scope.zone();
    }

    /** What was spent in windows that are long over may be forgotten by those who decide. */
    private static boolean isForgotten(Counters counters, Counters.Place place, Money said, Money counted) {
        return counters.windows(place.scope(), place.window()).higherKey(place.start()) != null
                && counted.isGreaterThan(said);
    }

    private static boolean isLess(Told reached) {
        BigDecimal part = reached.limit().amount().multiply(BigDecimal.valueOf(reached.percent()));
        return reached.spent().amount().movePointRight(2).compareTo(part) < 0;
    }

    @Override
    public List<Line> lines() {
        return List.of(thresholds);
    }
}
