package ai.costauditor.ledger.holds;

import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.TimeOrderedIds;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes a row that says that this process lives. */
final class Heartbeat implements NodeLease, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final String node = "node_" + TimeOrderedIds.next();
    private final JdbcClient sql;
    private final Duration every;
    private volatile @Nullable Long aliveSince;

    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeat").factory());

    Heartbeat(DataSource dataSource, Duration every) {
        this.sql = JdbcClient.create(dataSource);
        this.every = every;
    }

    @Override
    public String node() {
        return node;
    }

    void start() {
        beat();
        beats.scheduleWithFixedDelay(this::beat, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether every beat of that time arrived: only then is the silence of another process its own. */
    boolean hasBeenHeardFor(Duration time) {
        Long since = aliveSince;
        return since != null && System.nanoTime() - since >= time.toNanos();
    }

    private void beat() {
        try {
            sql.sql("""
                            insert into ledger_node (id) values (?)
                            on conflict (id) do update set seen_at = clock_timestamp()""").param(node).update();
            if (aliveSince == null) {
                aliveSince = System.nanoTime();
            }
        } catch (RuntimeException e) {
            aliveSince = null;
            LOG.warn("This process cannot say that it lives: {}", e.toString());
        }
    }

    /** What is still open here is open no longer. */
    @Override
    public void close() throws InterruptedException {
        beats.shutdownNow();
        beats.awaitTermination(5, TimeUnit.SECONDS);
        try {
            sql.sql("update ledger_node set seen_at = '-infinity' where id = ?")
                    .param(node)
                    .update();
        } catch (RuntimeException e) {
            LOG.info("The others will notice by themselves that this process has stopped: {}", e.toString());
        }
    }
}
