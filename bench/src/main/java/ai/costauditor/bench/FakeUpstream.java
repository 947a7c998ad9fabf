package ai.costauditor.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A provider that costs as little as a provider can: one prepared chat completion for every request, on loopback. It
 * keeps its own bill, so that a ledger can be checked against it.
 */
public final class FakeUpstream implements AutoCloseable {

    /** What one call of this provider uses unless {@link #answer} says otherwise; the price list does the rest. */
    public static final Usage USAGE = new Usage(20, 10);

    /** @param completionTokens also what a request with as many {@code max_tokens} can use at most */
    public record Usage(int promptTokens, int completionTokens) {}

    private record Answer(byte[] bytes, Duration after) {}

    private final ServerSocket server;
    private final LongAdder received = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final AtomicInteger toHang = new AtomicInteger();
    private volatile Answer answer = prepared(USAGE, Duration.ZERO);

    public FakeUpstream() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        Thread.ofVirtual().name("fake-upstream").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Calls that a provider would bill, whether or not their answer arrived. */
    public long received() {
        return received.sum();
    }

    long answered() {
        return answered.sum();
    }

    /** From now on each call uses this much, and its answer takes this long. */
    public void answer(Usage usage, Duration after) {
        answer = prepared(usage, after);
    }

    /** The next calls get no answer until their client goes away. */
    public void hang(int calls) {
        toHang.set(calls);
    }

    private static Answer prepared(Usage usage, Duration after) {
        String body = """
                {"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini-2024-07-18",\
                "choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}""".formatted(
                usage.promptTokens(), usage.completionTokens(), usage.promptTokens() + usage.completionTokens());
        byte[] bytes = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        return new Answer(bytes, after);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
                OutputStream out = socket.getOutputStream()) {
            while (HttpMessage.skip(in)) {
                received.increment();
                if (toHang.get() > 0 && toHang.getAndDecrement() > 0) {
                    in.transferTo(OutputStream.nullOutputStream());
                    return;
                }
                Answer now = answer;
                if (now.after().isPositive()) {
                    LockSupport.parkNanos(now.after().toNanos());
                }
                answered.increment();
                out.write(now.bytes());
            }
        } catch (IOException e) {
            // The peer closed its connection: that is how every connection of a benchmark ends.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
