package ai.costauditor.ledger.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;

/**
 * What this process has written a moment ago, so that its own readers need not parse it. A reader that comes later, or in
 * another process, or after a rebuild, reads the text; that both say the same is tested by every rebuild.
 */
final class RecentEvents {

    /** Some seconds of the highest rate, a few megabytes. */
    private static final int KEPT = 20_000;

    private final Cache<String, Object> payloads =
            Caffeine.newBuilder().maximumSize(KEPT).executor(Runnable::run).build();

    /** Text with the object that it was made from. */
    static final class Parsed extends SimpleSerializedObject<Object> {
        final Object object;

        Parsed(SerializedObject<Object> text, Object object) {
            super(text.getData(), text.getContentType(), text.getType());
            this.object = object;
        }
    }

    void written(EventMessage<?> event) {
        payloads.put(event.getIdentifier(), event.getPayload());
    }

    /** The row as it was read; with its object, if this process wrote it. It is read once. */
    TrackedEventData<?> read(TrackedEventData<?> row) {
        Object object = payloads.asMap().remove(row.getEventIdentifier());
        return object == null || !(row instanceof DomainEventData<?> event)
                ? row
                : new TrackedDomainEventData<>(row.trackingToken(), parsed(event, object));
    }

    @SuppressWarnings("unchecked") // payloads are text here
    private static DomainEventData<Object> parsed(DomainEventData<?> event, Object object) {
        Parsed payload = new Parsed((SerializedObject<Object>) event.getPayload(), object);
        return new GenericDomainEventEntry<>(
                event.getType(),
                event.getAggregateIdentifier(),
                event.getSequenceNumber(),
                event.getEventIdentifier(),
                event.getTimestamp(),
                payload.getType().getName(),
                payload.getType().getRevision(),
                payload.getData(),
                event.getMetaData().getData()) {
            @Override
            public SerializedObject<Object> getPayload() {
                return payload;
            }
        };
    }
}
