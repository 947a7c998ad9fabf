package ai.costauditor.ledger.store;

import java.util.function.BiConsumer;
import tools.jackson.databind.ObjectMapper;

/**
 * One aggregate, made again of its events by its own code and outside of the ledger, so that the check can compare it with
 * what it makes of them itself.
 */
public final class Replay<T> {

    private static final ObjectMapper JSON = EventJson.create().getObjectMapper();

    private final T aggregate;
    private final BiConsumer<T, Object> handler;
    private final AggregateKind.Snapshots<T> snapshots;

    public Replay(T empty, BiConsumer<T, Object> handler, AggregateKind.Snapshots<T> snapshots) {
        this.aggregate = empty;
        this.handler = handler;
        this.snapshots = snapshots;
    }

    /** @param type stored name of the event */
    public void on(String type, String payload) {
        Class<?> event = EventCatalogue.classOf(type);
        if (event == null) {
            throw new IllegalArgumentException("no event is called " + type);
        }
        handler.accept(aggregate, JSON.readValue(payload, event));
    }

    /** The state as JSON, as a snapshot would keep it. */
    public String state() {
        return JSON.writeValueAsString(snapshots.take(aggregate));
    }

    /** Stored name of the snapshots of this kind; others are not read any more. */
    public String snapshotName() {
        return snapshots.name();
    }
}
