package ai.costauditor.projections;

import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rows made from events of one kind. The events of one batch are collected and written at once, in the transaction that
 * also stores the reader's position: each event counts exactly once, and a thousand increments of one row are one update.
 *
 * <p>What a projection writes may depend on nothing but the events and its own rows, and not on where a batch ends, so
 * that a rebuild gives the same rows to the last digit.
 */
public abstract class Projection<E> {

    protected final JdbcClient database;
    private final Class<E> kind;
    private final String name;
    private final List<String> tables;
    private volatile boolean failing;

    /** @param tables emptied before a rebuild; nobody else writes to them */
    protected Projection(JdbcClient database, Class<E> kind, String name, List<String> tables) {
        this.database = database;
        this.kind = kind;
        this.name = name;
        this.tables = List.copyOf(tables);
    }

    /** Writes the rows of one batch. */
    protected abstract void write(List<E> events);

    String name() {
        return name;
    }

    /** The last batch could not be written; it is tried again until it can. */
    boolean isFailing() {
        return failing;
    }

    /** Sees every event, so that the position says how far it has read, and keeps those of its kind. */
    @EventHandler
    void on(Object event, TrackingToken token) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        Batch<E> batch = unit.getOrComputeResource("batch of " + name, key -> {
            Batch<E> opened = new Batch<>();
            unit.onPrepareCommit(committing -> close(opened));
            unit.onRollback(rolledBack -> failing = true);
            unit.afterCommit(committed -> failing = false);
            return opened;
        });
        if (kind.isInstance(event)) {
            batch.events.add(kind.cast(event));
        }
        batch.position = token.position().orElse(batch.position);
    }

    private void close(Batch<E> batch) {
        if (!batch.events.isEmpty()) {
            write(batch.events);
        }
        database.sql("""
                        insert into projection_progress (projection, position, at)
                        values (:name, :position, now())
                        on conflict (projection) do update set position = excluded.position, at = excluded.at
                        """).param("name", name).param("position", batch.position).update();
    }

    @ResetHandler
    void reset() {
        tables.forEach(table -> database.sql("delete from " + table).update());
        database.sql("delete from projection_progress where projection = :name")
                .param("name", name)
                .update();
    }

    private static final class Batch<E> {
        private final List<E> events = new ArrayList<>();
        private long position = -1;
    }
}
