package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Clears up after commits whose outcome is not known, by itself, when the store is back. A commit that nobody waits for any
 * more may still be on its way to the server; what would undo it finds nothing to undo if it comes too early. So it is sent
 * when every transaction has ended that was open when the store was back.
 */
final class AfterDoubt implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AfterDoubt.class);

    private static final long LOOK_EVERY_MILLIS = 200;

    private final JdbcClient sql;
    private final Consumer<Command<?>> send;
    private final Queue<Command<?>> doubtful = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("after-doubt").factory());

    /** Those that wait for the transactions before the horizon to end. Both of the looking thread. */
    private final List<Command<?>> waiting = new ArrayList<>();

    private @Nullable String horizon;

    AfterDoubt(DataSource dataSource, Consumer<Command<?>> send) {
        this.sql = JdbcClient.create(dataSource);
        this.send = send;
    }

    void add(Command<?> command) {
        doubtful.add(command);
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (waiting.isEmpty()) {
                horizon = null;
                for (Command<?> command = doubtful.poll(); command != null; command = doubtful.poll()) {
                    waiting.add(command);
                }
            }
            if (!waiting.isEmpty() && haveEnded()) {
                waiting.forEach(send);
                waiting.clear();
            }
        } catch (RuntimeException e) {
            LOG.debug("The store is still away", e);
        }
    }

    private boolean haveEnded() {
        String first = horizon;
        if (first == null) {
            // an id of its own is above that of every open transaction; the end of a snapshot can be the very id of one
            first = sql.sql("select pg_current_xact_id()::text")
                    .query(String.class)
                    .single();
            horizon = first;
        }
        return sql.sql("select pg_snapshot_xmin(pg_current_snapshot()) >= ?::xid8")
                .param(first)
                .query(Boolean.class)
                .single();
    }

    /** What is left ends as unresolved, because its holds name this process. */
    @Override
    public void close() {
        looks.shutdownNow();
    }
}
