package ai.costauditor.gateway.unfinished;

import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after what is not finished, also where its client never comes back; each object in one process at a time. */
public final class Looks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);
    private static final int AT_A_TIME = 50;

    private final StoredObjects objects;
    private final Unfinished unfinished;
    private final UnfinishedSettings settings;
    private final InstantSource clock;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /** The results of a batch may take long to read, and the others need not wait. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("unfinished-work").factory());

    public Looks(StoredObjects objects, Unfinished unfinished, UnfinishedSettings settings, InstantSource clock) {
        this.objects = objects;
        this.unfinished = unfinished;
        this.settings = settings;
        this.clock = clock;
    }

    public void start() {
        long every = Math.max(100, settings.lookEvery().toMillis() / 2);
        timer.scheduleWithFixedDelay(this::lookAndLog, every, every, TimeUnit.MILLISECONDS);
    }

    private void lookAndLog() {
        try {
            objects.due(settings.lookEvery(), AT_A_TIME).stream()
                    .filter(object -> running.add(object.provider() + "/" + object.id()))
                    .forEach(object -> threads.execute(() -> lookAt(object)));
        } catch (RuntimeException e) {
            LOG.warn("Unfinished work could not be looked at and will be later: {}", e.toString());
        }
    }

    private void lookAt(StoredObject object) {
        try {
            if (object.createdAt().plus(settings.lookFor()).isBefore(clock.instant())) {
                unfinished.giveUp(object);
            } else {
                unfinished.look(object);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} could not be looked at and will be later: {}", object.id(), e.toString());
        } finally {
            running.remove(object.provider() + "/" + object.id());
        }
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        threads.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
        timer.awaitTermination(10, TimeUnit.SECONDS);
    }
}
