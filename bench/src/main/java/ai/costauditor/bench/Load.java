package ai.costauditor.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Chat completions over kept connections to one port of loopback, bounded in time.
 *
 * <p>Closed loop (rate 0): each connection sends its next call when the last one is answered. Open loop: calls start by
 * the clock, and a call's latency counts from when it should have started, so that a stall is not hidden.
 */
final class Load {

    private static final String BODY = """
            {"model":"gpt-4o-mini","max_tokens":16,"messages":[{"role":"user","content":"ping"}]}""";

    private final int port;
    private final String path;
    private final List<String> keys;

    /** @param keys credentials that the connections take in turn; one makes a hot key */
    Load(int port, String path, List<String> keys) {
        this.port = port;
        this.path = path;
        this.keys = keys;
    }

    /** @param statuses how many answers had each status; 0 stands for a connection that broke */
    record Result(double callsPerSecond, Histogram micros, Map<Integer, Long> statuses) {

        long ok() {
            return statuses.getOrDefault(200, 0L);
        }

        double millisAt(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1000.0;
        }
    }

    Result run(int connections, double callsPerSecond, Duration time) throws InterruptedException {
        List<Connection> all = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long interval = callsPerSecond == 0 ? 0 : (long) (1e9 * connections / callsPerSecond);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Connection connection = new Connection(request(keys.get(i % keys.size())), end, interval);
            all.add(connection);
            threads.add(Thread.ofVirtual().start(connection));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Histogram merged = new Histogram(3);
        Map<Integer, Long> statuses = new TreeMap<>();
        for (Connection connection : all) {
            merged.add(connection.micros);
            connection.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
        }
        return new Result(statuses.getOrDefault(200, 0L) / seconds, merged, statuses);
    }

    private byte[] request(String key) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer " + key
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private final class Connection implements Runnable {

        private final byte[] request;
        private final long end;
        private final long interval;
        private final Histogram micros = new Histogram(3);
        private final Map<Integer, Long> statuses = new TreeMap<>();

        Connection(byte[] request, long end, long interval) {
            this.request = request;
            this.end = end;
            this.interval = interval;
        }

        @Override
        public void run() {
            while (System.nanoTime() < end) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                        InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
                        OutputStream out = socket.getOutputStream()) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(30_000);
                    useUntilItEnds(in, out);
                } catch (IOException e) {
                    statuses.merge(0, 1L, Long::sum);
                    LockSupport.parkNanos(10_000_000);
                }
            }
        }

        private void useUntilItEnds(InputStream in, OutputStream out) throws IOException {
            long due = System.nanoTime();
            while (System.nanoTime() < end) {
                if (interval > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                long from = interval > 0 ? due : System.nanoTime();
                out.write(request);
                HttpMessage answer = HttpMessage.read(in);
                if (answer == null) {
                    return;
                }
                micros.recordValue(Math.max(0, (System.nanoTime() - from) / 1000));
                statuses.merge(answer.status(), 1L, Long::sum);
                due += interval;
            }
        }
    }
}
