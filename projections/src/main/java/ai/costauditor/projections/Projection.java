package ai.costauditor.projections;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rows made from events of one kind, a batch at a time.
 *
 * <p>What a projection writes may depend on nothing but the events and its own rows, and not on where a batch ends, so
 * that a rebuild gives the same rows to the last digit.
 */
public abstract class Projection<E> {

    protected final JdbcClient database;
    private final Class<E> kind;
    private final List<String> tables;

    /** @param tables emptied before a rebuild; nobody else writes to them */
    protected Projection(JdbcClient database, Class<E> kind, List<String> tables) {
        this.database = database;
        this.kind = kind;
        this.tables = List.copyOf(tables);
    }

    /** Writes the rows of one batch, which has at least one event. */
    protected abstract void write(List<E> events);

    final void take(List<?> events) {
        List<E> ours = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (!ours.isEmpty()) {
            write(ours);
        }
    }

    final void reset() {
        tables.forEach(table -> database.sql("delete from " + table).update());
    }
}
