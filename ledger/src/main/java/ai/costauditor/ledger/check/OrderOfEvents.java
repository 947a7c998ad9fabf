package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.Effect.Impossible;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every event is understood, numbered in its stream without a gap, and possible after the ones before it. */
final class OrderOfEvents implements Examination {

    private final Line versions = new Line("stream versions");
    private final Line contradictions = new Line("facts of calls");
    private final Map<Effect.Rule, Line> rules = new EnumMap<>(Effect.Rule.class);
    private final Map<String, Long> last = new HashMap<>();

    OrderOfEvents() {
        Line understood = new Line("event types");
        rules.put(Effect.Rule.KNOWN_TYPE, understood);
        rules.put(Effect.Rule.READABLE, understood);
        rules.put(Effect.Rule.ONE_BEGINNING, new Line("one beginning"));
        rules.put(Effect.Rule.AUTHORISED_BEFORE, new Line("no end without authorisation"));
        rules.put(Effect.Rule.ONE_END, new Line("one end"));
        rules.put(Effect.Rule.LATE_AFTER_EXPIRY, new Line("late only after expiry"));
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        count(event);
        line(Effect.Rule.KNOWN_TYPE).compared("events");
        switch (effect) {
            case Impossible impossible -> line(impossible.rule()).differs(impossible.what());
            case Effect.Counted counted -> {
                if (counted instanceof Effect.Step step) {
                    countCall(step);
                }
                contradictions.compared("events of calls");
                counted.contradictions().forEach(contradictions::differs);
            }
            case Effect.Refused refused -> line(Effect.Rule.ONE_BEGINNING).compared("refusals");
            case Effect.LimitsSet set -> {}
            case Effect.Moved moved -> {}
            case Effect.Told told -> {}
            case Effect.OfPolicy policy -> {}
            case Effect.Administered administered -> {}
        }
    }

    private void count(StoredEvent event) {
        versions.compared("events");
        Long before = last.put(event.stream(), event.version());
        if (before == null) {
            versions.compared("streams");
        }
        long expected = before == null ? 1 : before + 1;
        if (event.version() != expected) {
            versions.differs(event + " should be version " + expected);
        }
    }

    private void countCall(Effect.Step step) {
        if (step.before() == null) {
            line(Effect.Rule.ONE_BEGINNING).compared("calls");
        } else if (step.after().status() != step.before().status()) {
            line(Effect.Rule.AUTHORISED_BEFORE).compared("ends");
            line(Effect.Rule.ONE_END).compared("ends");
            if (step.before().status() == CallState.Status.EXPIRED) {
                line(Effect.Rule.LATE_AFTER_EXPIRY).compared("late ends");
            }
        }
    }

    private Line line(Effect.Rule rule) {
        return java.util.Objects.requireNonNull(rules.get(rule));
    }

    @Override
    public List<Line> lines() {
        return List.of(
                line(Effect.Rule.KNOWN_TYPE),
                versions,
                line(Effect.Rule.ONE_BEGINNING),
                line(Effect.Rule.AUTHORISED_BEFORE),
                line(Effect.Rule.ONE_END),
                line(Effect.Rule.LATE_AFTER_EXPIRY),
                contradictions);
    }
}
