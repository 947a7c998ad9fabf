package ai.costauditor.gateway.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.jspecify.annotations.Nullable;

/** Breaks one request off when a route's time for it is over. Sockets know one timeout; routes know several. */
final class Watch {

    private final HttpUriRequestBase request;
    private final ScheduledExecutorService timer;
    private final List<Future<?>> untilClosed = new ArrayList<>(2);
    private @Nullable Future<?> untilHead;
    private volatile boolean over;
    private volatile boolean closed;

    /** When the read began that waits now; 0 while nobody waits for the provider. */
    private volatile long readingSince;

    Watch(HttpUriRequestBase request, ScheduledExecutorService timer, Patience patience) {
        this.request = request;
        this.timer = timer;
        if (patience.firstByte() != null) {
            untilHead = after(patience.firstByte().toNanos(), this::end);
        }
        if (patience.deadline() != null) {
            untilClosed.add(after(patience.deadline() - System.nanoTime(), this::end));
        }
    }

    private Future<?> after(long nanos, Runnable action) {
        return timer.schedule(action, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private void end() {
        over = true;
        request.cancel();
    }

    boolean isOver() {
        return over;
    }

    void headIsHere() {
        if (untilHead != null) {
            untilHead.cancel(false);
        }
    }

    void close() {
        closed = true;
        headIsHere();
        untilClosed.forEach(task -> task.cancel(false));
    }

    /** The same bytes; a read that waits longer than this ends the request, whoever is first: the socket's timeout or ours. */
    InputStream over(InputStream body, Duration idle) {
        after(idle.toNanos(), () -> look(idle.toNanos()));
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int from, int count) throws IOException {
                readingSince = System.nanoTime() | 1;
                try {
                    return super.read(buffer, from, count);
                } catch (SocketTimeoutException e) {
                    over = true;
                    throw e;
                } finally {
                    readingSince = 0;
                }
            }
        };
    }

    private void look(long idle) {
        long since = readingSince;
        long waited = since == 0 ? 0 : System.nanoTime() - since;
        if (closed) {
            return;
        }
        if (waited >= idle) {
            end();
        } else {
            after(idle - waited, () -> look(idle));
        }
    }
}
