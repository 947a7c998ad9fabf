package ai.costauditor.projections;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * The record, read in large gulps. A reader that takes every commit as it comes pays for a query, a transaction and a row
 * per event; one that waits a moment finds whole calls, and pays a fraction (measured in decision 8).
 */
final class RecordSource implements StreamableMessageSource<TrackedEventMessage<?>> {

    /** Well below the two seconds within which a figure has to show a call. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final EventStorageEngine record;

    RecordSource(EventStorageEngine record) {
        this.record = record;
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken from) {
        return new Gulps(from);
    }

    @Override
    public TrackingToken createTailToken() {
        return record.createTailToken();
    }

    @Override
    public TrackingToken createHeadToken() {
        return record.createHeadToken();
    }

    @Override
    public TrackingToken createTokenAt(Instant at) {
        return record.createTokenAt(at);
    }

    @Override
    public TrackingToken createTokenSince(Duration duration) {
        return record.createTokenAt(Instant.now().minus(duration));
    }

    /** Of one reader's thread. */
    private final class Gulps implements BlockingStream<TrackedEventMessage<?>> {

        private @Nullable TrackingToken position;
        private @Nullable Stream<? extends TrackedEventMessage<?>> gulp;
        private @Nullable Iterator<? extends TrackedEventMessage<?>> rest;
        private @Nullable TrackedEventMessage<?> peeked;
        private long nextLook = System.nanoTime();

        Gulps(@Nullable TrackingToken from) {
            this.position = from;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return hasNextAvailable() ? Optional.ofNullable(peeked) : Optional.empty();
        }

        /** Never waits: the reader comes again by itself. */
        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) {
            if (peeked != null) {
                return true;
            }
            if (rest != null && !rest.hasNext()) {
                close();
            }
            if (rest == null && System.nanoTime() - nextLook >= 0) {
                look();
            }
            if (rest == null) {
                return false;
            }
            TrackedEventMessage<?> next = rest.next();
            peeked = next;
            position = next.trackingToken();
            return true;
        }

        private void look() {
            nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
            gulp = record.readEvents(position, false);
            rest = gulp.iterator();
            if (!rest.hasNext()) {
                close();
            }
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() {
            if (!hasNextAvailable()) {
                throw new NoSuchElementException("nothing is recorded behind " + position);
            }
            TrackedEventMessage<?> next = java.util.Objects.requireNonNull(peeked);
            peeked = null;
            return next;
        }

        @Override
        public void close() {
            if (gulp != null) {
                gulp.close();
            }
            gulp = null;
            rest = null;
        }
    }
}
