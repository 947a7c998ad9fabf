package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;

/**
 * The streams that run. When the process stops, the server takes no new calls and waits for those that run; a stream that is
 * still not over after a while is broken off here, early enough to be settled on what has come.
 */
final class OpenStreams implements SmartLifecycle {

    private final Set<UpstreamAnswer> open = ConcurrentHashMap.newKeySet();
    private final Deadlines deadlines;
    private final GatewaySettings settings;
    private volatile boolean running;

    OpenStreams(Deadlines deadlines, GatewaySettings settings) {
        this.deadlines = deadlines;
        this.settings = settings;
    }

    void add(UpstreamAnswer answer) {
        open.add(answer);
    }

    void remove(UpstreamAnswer answer) {
        open.remove(answer);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        deadlines.after(settings.stopStreamsAfter(), () -> open.forEach(UpstreamAnswer::abort));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server begins to wait. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
