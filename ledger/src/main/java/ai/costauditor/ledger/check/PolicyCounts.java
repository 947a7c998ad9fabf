package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.Effect.PolicyCounted;
import ai.costauditor.ledger.check.Effect.PolicySet;
import ai.costauditor.ledger.check.Effect.Rate;
import ai.costauditor.ledger.check.Effect.Step;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is counted under the policies above keys, transaction by transaction: once as the streams of the policies say, once from
 * the events of the calls below. What a policy starts with is not compared, and neither is the transaction that sets it, of
 * which only the writer knows what came before.
 */
final class PolicyCounts implements Examination {

    /** Far more than transactions whose events can stand between those of another one. */
    private static final int TALLIES_REMEMBERED = 2_000;

    /** A second counts for a minute, and shares its place with those of other minutes. */
    private static final int SECONDS = 61;

    private final Line line = new Line("counts under policies");
    private final Map<String, Limited> policies = new HashMap<>();
    private final Map<Place, Tally> tallies = new LinkedHashMap<>();

    /** Only what is limited is counted. */
    private record Limited(boolean requests, boolean tokens, boolean parallel, long setIn) {}

    private record Place(long transaction, String scope) {}

    private static final class Tally {
        final Map<Long, Rate> said = new TreeMap<>();
        final Map<Long, Rate> counted = new TreeMap<>();
        long saidOpen;
        long countedOpen;

        /** The later one of two seconds that share a place is the one that is known at the end of the batch. */
        Map<Long, Rate> known() {
            Map<Long, Long> latest = new HashMap<>();
            counted.keySet().forEach(second -> latest.merge(second % SECONDS, second, Math::max));
            Map<Long, Rate> known = new TreeMap<>();
            counted.forEach((second, count) -> {
                if (!count.equals(Rate.NOTHING) && Long.valueOf(second).equals(latest.get(second % SECONDS))) {
                    known.put(second, count);
                }
            });
            return known;
        }
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        switch (effect) {
            case PolicySet set ->
                policies.put(
                        set.scope(), new Limited(set.requests(), set.tokens(), set.parallel(), event.transaction()));
            case PolicyCounted counted -> {
                Tally tally = tally(event, counted.scope());
                tally.saidOpen += counted.open();
                counted.seconds().forEach((second, rate) -> tally.said.merge(second, rate, Rate::plus));
            }
            case Step step -> count(event, step);
            default -> {
                // nothing that policies count
            }
        }
    }

    private void count(StoredEvent event, Step step) {
        for (String scope : KeyState.scopesAbove(step.owner())) {
            Limited policy = policies.get(scope);
            if (policy != null && policy.setIn() != event.transaction()) {
                count(event, scope, policy, step);
            }
        }
    }

    private void count(StoredEvent event, String scope, Limited policy, Step step) {
        CallState before = step.before();
        CallState after = step.after();
        if (step.isAuthorisation()) {
            if (policy.requests()) {
                add(event, scope, after.startedAt(), new Rate(1, 0));
            }
            if (policy.parallel()) {
                tally(event, scope).countedOpen++;
            }
            return;
        }
        boolean wasOpen = before != null && before.status() == CallState.Status.OPEN;
        if (policy.parallel() && wasOpen && after.status() != CallState.Status.OPEN) {
            tally(event, scope).countedOpen--;
        }
        boolean settled = after.status() == CallState.Status.SETTLED || after.status() == CallState.Status.SETTLED_LATE;
        if (policy.tokens() && settled && after.end() != null) {
            add(event, scope, after.end().at(), new Rate(0, tokens(after.usage())));
        }
    }

    private static long tokens(CallState.@Nullable Usage usage) {
        return usage == null
                ? 0
                : usage.tokens().values().stream().mapToLong(Long::longValue).sum();
    }

    private void add(StoredEvent event, String scope, Instant at, Rate count) {
        tally(event, scope).counted.merge(at.getEpochSecond(), count, Rate::plus);
    }

    private Tally tally(StoredEvent event, String scope) {
        Tally tally = tallies.computeIfAbsent(new Place(event.transaction(), scope), place -> new Tally());
        if (tallies.size() > TALLIES_REMEMBERED) {
            Map.Entry<Place, Tally> eldest = tallies.entrySet().iterator().next();
            tallies.remove(eldest.getKey());
            compare(eldest.getKey(), eldest.getValue());
        }
        return tally;
    }

    private void compare(Place place, Tally tally) {
        Limited policy = policies.get(place.scope());
        if (policy != null && policy.setIn() == place.transaction()) {
            return;
        }
        line.compared("transactions");
        if (tally.saidOpen != tally.countedOpen || !tally.said.equals(tally.known())) {
            line.differs("the policy of " + place.scope() + " counted " + tally.said + " and " + tally.saidOpen
                    + " more open calls in transaction " + place.transaction() + ", its calls " + tally.known()
                    + " and "
                    + tally.countedOpen);
        }
    }

    @Override
    public void end(Store store) {
        tallies.forEach(this::compare);
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
