package ai.costauditor.projections;

import java.util.ArrayList;
import java.util.List;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventMessageHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Moves all read models together: the events of one batch are collected, given to each projection, and written in the
 * transaction that also stores the position. So each event counts exactly once, no two read models disagree, and a
 * thousand increments of one row are one update.
 */
@ProcessingGroup(ReadModels.NAME)
final class ReadModels implements EventMessageHandler {

    static final String NAME = "read-models";

    private static final String BATCH = ReadModels.class.getName();

    private final JdbcClient database;
    private final List<Projection<?>> projections;
    private volatile boolean failing;

    ReadModels(JdbcClient database, List<Projection<?>> projections) {
        this.database = database;
        this.projections = List.copyOf(projections);
    }

    /** The last batch could not be written; it is tried again until it can. */
    boolean isFailing() {
        return failing;
    }

    private static final class Batch {
        final List<Object> events = new ArrayList<>();
        long position = -1;
    }

    @Override
    public Object handle(EventMessage<?> message) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        Batch batch = unit.getOrComputeResource(BATCH, key -> {
            Batch opened = new Batch();
            unit.onPrepareCommit(committing -> write(opened));
            unit.onRollback(rolledBack -> failing = true);
            unit.afterCommit(committed -> failing = false);
            return opened;
        });
        batch.events.add(message.getPayload());
        if (message instanceof TrackedEventMessage<?> tracked) {
            batch.position = tracked.trackingToken().position().orElse(batch.position);
        }
        return batch;
    }

    private void write(Batch batch) {
        projections.forEach(projection -> projection.take(batch.events));
        database.sql("""
                        insert into projection_progress (projection, position, at)
                        values (:name, :position, now())
                        on conflict (projection) do update set position = excluded.position, at = excluded.at
                        """).param("name", NAME).param("position", batch.position).update();
    }

    @Override
    public void prepareReset() {
        projections.forEach(Projection::reset);
        database.sql("delete from projection_progress where projection = :name")
                .param("name", NAME)
                .update();
    }

    @Override
    public Class<?> getTargetType() {
        return ReadModels.class;
    }
}
