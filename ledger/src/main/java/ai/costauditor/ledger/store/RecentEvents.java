package ai.costauditor.ledger.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;

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
    TrackedEventData<?> read(TrackedEventData<?> row, Instant recordedAt) {
        if (!(row instanceof DomainEventData<?> event)) {
            return row;
        }
        Object object = payloads.asMap().remove(row.getEventIdentifier());
        return new TrackedDomainEventData<>(row.trackingToken(), new AsRead(event, recordedAt, payload(event, object)));
    }

    @SuppressWarnings("unchecked") // payloads are text here
    private static SerializedObject<Object> payload(DomainEventData<?> event, @Nullable Object object) {
        SerializedObject<Object> text = (SerializedObject<Object>) event.getPayload();
        return object == null ? text : new Parsed(text, object);
    }

    /** Axon's own entry keeps the time as text, and parses it whenever it is asked. */
    private record AsRead(DomainEventData<?> row, Instant recordedAt, SerializedObject<Object> payload)
            implements DomainEventData<Object> {

        @Override
        public String getType() {
            return row.getType();
        }

        @Override
        public String getAggregateIdentifier() {
            return row.getAggregateIdentifier();
        }

        @Override
        public long getSequenceNumber() {
            return row.getSequenceNumber();
        }

        @Override
        public String getEventIdentifier() {
            return row.getEventIdentifier();
        }

        @Override
        public Instant getTimestamp() {
            return recordedAt;
        }

        @Override
        @SuppressWarnings("unchecked") // as the payload
        public SerializedObject<Object> getMetaData() {
            return (SerializedObject<Object>) row.getMetaData();
        }

        @Override
        public SerializedObject<Object> getPayload() {
            return payload;
        }
    }
}
