package ai.costauditor.ledger.store;

import ai.costauditor.ledger.LedgerSettings;
import ai.costauditor.ledger.RuleViolated;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.AbstractAggregateFactory;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeDescriptor;
import org.axonframework.messaging.annotation.ClasspathParameterResolverFactory;
import org.axonframework.messaging.annotation.MultiParameterResolverFactory;
import org.axonframework.messaging.annotation.SimpleResourceParameterResolverFactory;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.modelling.command.Repository;
import org.axonframework.modelling.command.inspection.AggregateModel;
import org.axonframework.modelling.command.inspection.AnnotatedAggregateMetaModelFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The aggregates that are in use, in memory, with strong references: a cache that the garbage collector may empty loses
 * hot keys at every collection. Used by the one writer only, so there are no locks.
 *
 * <p>An aggregate in the cache is always what the store says plus what the running batch has staged. A command that fails
 * before it applied an event has changed nothing; one that fails later, and every aggregate of a batch that could not be
 * committed, is forgotten and read again.
 */
final class CachedAggregates<T> implements Repository<T>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CachedAggregates.class);

    private static final Duration BETWEEN_SNAPSHOTS = Duration.ofSeconds(1);

    /** A process that stops does not wait longer for them. */
    private static final Duration LAST_SNAPSHOTS = Duration.ofSeconds(5);

    private final AggregateModel<T> model;
    private final EventStore events;
    private final RootFactory<T> roots;
    private final Cache<String, Kept<T>> cache;
    private final AggregateKind.@Nullable Snapshots<T> snapshots;
    private final int snapshotEvery;
    private final String touchedKey = this + "_TOUCHED";
    private final ExecutorService snapshotWriter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("snapshots").factory());

    CachedAggregates(AggregateKind<T> kind, EventStore events, LedgerSettings.Ledger settings) {
        this.model = AnnotatedAggregateMetaModelFactory.inspectAggregate(
                kind.type(),
                MultiParameterResolverFactory.ordered(
                        ClasspathParameterResolverFactory.forClass(kind.type()),
                        new SimpleResourceParameterResolverFactory(kind.resources())));
        this.events = events;
        this.snapshots = kind.snapshots();
        this.snapshotEvery = settings.snapshotEvery();
        this.roots = new RootFactory<>(model, kind.snapshots());
        this.cache = Caffeine.newBuilder()
                .maximumSize(settings.cachedAggregates())
                .executor(Runnable::run)
                .build();
    }

    AggregateModel<T> model() {
        return model;
    }

    @Override
    public Aggregate<T> load(String stream) {
        Kept<T> kept = cache.getIfPresent(stream);
        if (kept == null) {
            kept = read(stream);
            if (kept == null) {
                throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no " + model.type() + " " + stream);
            }
            cache.put(stream, kept);
        }
        forgetIfItFails(stream, kept.aggregate);
        return kept.aggregate;
    }

    @Override
    public Aggregate<T> load(String stream, @Nullable Long expectedVersion) {
        return load(stream);
    }

    @Override
    public Aggregate<T> newInstance(Callable<T> factory) {
        throw new UnsupportedOperationException("aggregates are made by commands that create if missing");
    }

    @Override
    public Aggregate<T> loadOrCreate(String stream, Callable<T> factory) throws Exception {
        Kept<T> kept = cache.getIfPresent(stream);
        if (kept == null) {
            kept = read(stream);
        }
        if (kept == null) {
            kept = new Kept<>(
                    EventSourcedAggregate.initialize(factory, model, events, NoSnapshotTriggerDefinition.TRIGGER), -1);
        }
        cache.put(stream, kept);
        forgetIfItFails(stream, kept.aggregate);
        forgetIfStillEmpty(stream, kept.aggregate);
        return kept.aggregate;
    }

    private @Nullable Kept<T> read(String stream) {
        DomainEventStream history = events.readEvents(stream);
        if (!history.hasNext()) {
            return null;
        }
        DomainEventMessage<?> first = history.peek();
        EventSourcedAggregate<T> aggregate = EventSourcedAggregate.initialize(
                roots.createAggregateRoot(stream, first), model, events, NoSnapshotTriggerDefinition.TRIGGER);
        aggregate.initializeState(history);
        return new Kept<>(aggregate, roots.isSnapshot(first) ? first.getSequenceNumber() : -1);
    }

    /** Of a stream in the running batch. */
    private static final class Touched {
        final long versionBefore;

        @Nullable UnitOfWork<?> command;

        Touched(@Nullable Long versionBefore) {
            this.versionBefore = versionBefore == null ? -1 : versionBefore;
        }
    }

    /** A command may come to the same aggregate many times. */
    private void forgetIfItFails(String stream, EventSourcedAggregate<T> aggregate) {
        UnitOfWork<?> command = CurrentUnitOfWork.get();
        UnitOfWork<?> batch = command.root();
        Touched touched = batch.<Map<String, Touched>>getOrComputeResource(touchedKey, key -> touchedBy(batch))
                .computeIfAbsent(stream, first -> new Touched(aggregate.version()));
        if (touched.command != command) {
            touched.command = command;
            Long before = aggregate.version();
            command.onRollback(failed -> {
                if (!Objects.equals(before, aggregate.version())) {
                    cache.invalidate(stream);
                }
            });
        }
    }

    private Map<String, Touched> touchedBy(UnitOfWork<?> batch) {
        Map<String, Touched> streams = new HashMap<>();
        batch.onPrepareCommit(
                deciding -> streams.forEach((stream, touched) -> requireFresh(stream, touched.versionBefore)));
        batch.onRollback(failed -> cache.invalidateAll(streams.keySet()));
        if (snapshots != null) {
            batch.afterCommit(done -> streams.keySet().forEach(stream -> takeSnapshot(stream, snapshots)));
        }
        return streams;
    }

    /**
     * A stale aggregate that decides on an event loses at the insert. One that answered without an event would not be
     * noticed, so its version is looked up.
     */
    private void requireFresh(String stream, long versionBefore) {
        Kept<T> kept = cache.getIfPresent(stream);
        Long version = kept == null ? null : kept.aggregate.version();
        if (version != null && version == versionBefore) {
            long recorded = events.lastSequenceNumberFor(stream).orElse(-1L);
            if (recorded != versionBefore) {
                throw new ConcurrencyException(stream + " was changed by another process");
            }
        }
    }

    private void takeSnapshot(String stream, AggregateKind.Snapshots<T> format) {
        Kept<T> kept = cache.getIfPresent(stream);
        Long version = kept == null ? null : kept.aggregate.version();
        if (kept != null && version != null && kept.needsSnapshot(version, snapshotEvery)) {
            takeSnapshot(stream, kept, version, format);
        }
    }

    /** The state is copied here, by the only thread that changes it, and written by another. */
    private void takeSnapshot(String stream, Kept<T> kept, long version, AggregateKind.Snapshots<T> format) {
        kept.snapshotVersion = version;
        kept.snapshotNanos = System.nanoTime();
        DomainEventMessage<?> snapshot = new GenericDomainEventMessage<>(
                model.type(), stream, version, format.take(kept.aggregate.getAggregateRoot()));
        snapshotWriter.execute(() -> write(snapshot));
    }

    private void write(DomainEventMessage<?> snapshot) {
        try {
            events.storeSnapshot(snapshot);
        } catch (RuntimeException e) {
            LOG.info("A snapshot of {} was not written: {}", snapshot.getAggregateIdentifier(), e.toString());
        }
    }

    /** Between two batches. */
    void forget(Predicate<String> streams) {
        cache.asMap().keySet().removeIf(streams);
    }

    /** The writer has stopped. What has moved on since its last snapshot gets one, so that the next process begins quickly. */
    @Override
    public void close() throws InterruptedException {
        AggregateKind.Snapshots<T> format = snapshots;
        if (format != null) {
            cache.asMap().forEach((stream, kept) -> {
                Long version = kept.aggregate.version();
                if (version != null && version - kept.snapshotVersion >= snapshotEvery) {
                    takeSnapshot(stream, kept, version, format);
                }
            });
        }
        snapshotWriter.shutdown();
        if (!snapshotWriter.awaitTermination(LAST_SNAPSHOTS.toSeconds(), TimeUnit.SECONDS)) {
            snapshotWriter.shutdownNow();
        }
    }

    /** A refused creation leaves nothing behind, and neither does a command that had nothing to create. */
    private void forgetIfStillEmpty(String stream, EventSourcedAggregate<T> aggregate) {
        if (aggregate.version() == null) {
            CurrentUnitOfWork.get().onRollback(failed -> cache.invalidate(stream));
            CurrentUnitOfWork.get().onPrepareCommit(decided -> {
                if (aggregate.version() == null) {
                    cache.invalidate(stream);
                }
            });
        }
    }

    @Override
    public void send(Message<?> message, ScopeDescriptor scope) {
        throw new UnsupportedOperationException("there are no deadlines here");
    }

    @Override
    public boolean canResolve(ScopeDescriptor scope) {
        return false;
    }

    private static final class Kept<T> {
        final EventSourcedAggregate<T> aggregate;
        long snapshotVersion;
        long snapshotNanos = System.nanoTime() - BETWEEN_SNAPSHOTS.toNanos();

        Kept(EventSourcedAggregate<T> aggregate, long snapshotVersion) {
            this.aggregate = aggregate;
            this.snapshotVersion = snapshotVersion;
        }

        /** A hot stream has thousands of events in a second; it need not be copied as often. */
        boolean needsSnapshot(long version, int every) {
            return version - snapshotVersion >= every
                    && System.nanoTime() - snapshotNanos >= BETWEEN_SNAPSHOTS.toNanos();
        }
    }

    /** Makes the empty aggregate, or the one that a snapshot remembers. */
    private static final class RootFactory<T> extends AbstractAggregateFactory<T> {

        private final AggregateKind.@Nullable Snapshots<T> snapshots;

        RootFactory(AggregateModel<T> model, AggregateKind.@Nullable Snapshots<T> snapshots) {
            super(model);
            this.snapshots = snapshots;
        }

        boolean isSnapshot(DomainEventMessage<?> first) {
            return snapshots != null && snapshots.format().equals(first.getPayloadType());
        }

        @Override
        protected T doCreateAggregate(String stream, @SuppressWarnings("rawtypes") DomainEventMessage first) {
            if (snapshots != null && snapshots.format().equals(first.getPayloadType())) {
                return snapshots.restore(first.getPayload());
            }
            return newEmpty();
        }

        private T newEmpty() {
            try {
                var constructor = getAggregateType().getDeclaredConstructor();
                constructor.setAccessible(true);
                return constructor.newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(getAggregateType() + " needs a constructor without parameters", e);
            }
        }
    }
}
