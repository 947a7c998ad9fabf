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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Chat completions over kept connections to one port of loopback, bounded in time.
 *
 * <p>Closed loop (rate 0): each connection sends its next call when the last one is answered. Open loop: calls start by
 * the clock, and a call's latency counts from when it should have started, so that a stall is not hidden.
 */
public final class Load {

    /** One chat completion, small in both directions. */
    public static final Call CHAT = new Call("/v1/chat/completions", Map.of(), 16);

    /**
     * @param headers may have another {@code Authorization} than the key as a bearer
     * @param maxTokens what the call may write at most
     */
    public record Call(String path, Map<String, String> headers, int maxTokens) {

        public Call with(String header, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(header, value);
            return new Call(path, more, maxTokens);
        }

        public Call withMaxTokens(int tokens) {
            return new Call(path, headers, tokens);
        }

        private String body() {
            return """
                    {"model":"gpt-4o-mini","max_tokens":%d,"messages":[{"role":"user","content":"ping"}]}""".formatted(maxTokens);
        }
    }

    private final int port;
    private final Call call;
    private final List<String> keys;
    private final AtomicLong answered = new AtomicLong();

    /** @param keys credentials that the connections take in turn; one makes a hot key */
    public Load(int port, Call call, List<String> keys) {
        this.port = port;
        this.call = call;
        this.keys = keys;
    }

    /** The same connections and keys with calls that may write as much as this. */
    public Load withMaxTokens(int tokens) {
        return new Load(port, call.withMaxTokens(tokens), keys);
    }

    /** @param statuses how many answers had each status; 0 stands for a connection that broke */
    public record Result(double callsPerSecond, Histogram micros, Map<Integer, Long> statuses) {

        public long ok() {
            return statuses.getOrDefault(200, 0L);
        }

        public long notOk() {
            return statuses.values().stream().mapToLong(Long::longValue).sum() - ok();
        }

        public double millisAt(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1000.0;
        }
    }

    /** Calls of all runs that had a 200. */
    long answered() {
        return answered.get();
    }

    /** One call on each of so many connections, all at once. */
    public Map<Integer, Long> once(int connections) throws InterruptedException {
        Map<Integer, Long> statuses = new ConcurrentSkipListMap<>();
        CountDownLatch connected = new CountDownLatch(connections);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            byte[] request = request(keys.get(i % keys.size()));
            threads.add(Thread.ofVirtual().start(() -> statuses.merge(oneCall(request, connected), 1L, Long::sum)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return statuses;
    }

    private int oneCall(byte[] request, CountDownLatch connected) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            connected.countDown();
            connected.await(5, TimeUnit.SECONDS);
            socket.getOutputStream().write(request);
            HttpMessage answer = HttpMessage.read(new BufferedInputStream(socket.getInputStream()));
            return answer == null ? 0 : answer.status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    public Result run(int connections, double callsPerSecond, Duration time) throws InterruptedException {
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
        answered.addAndGet(statuses.getOrDefault(200, 0L));
        return new Result(statuses.getOrDefault(200, 0L) / seconds, merged, statuses);
    }

    private byte[] request(String key) {
        String body = call.body();
        StringBuilder head = new StringBuilder("POST " + call.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: application/json\r\n");
        if (!call.headers().containsKey("Authorization")) {
            head.append("Authorization: Bearer " + key + "\r\n");
        }
        call.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        return (head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
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
