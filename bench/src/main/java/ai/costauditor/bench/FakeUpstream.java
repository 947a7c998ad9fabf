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
import java.util.concurrent.atomic.LongAdder;

/**
 * A provider that costs as little as a provider can: one prepared chat completion for every request, on loopback. It
 * keeps its own bill, so that the ledger can be checked against it.
 */
final class FakeUpstream implements AutoCloseable {

    /** What one call of this provider uses; the price list of {@code gpt-4o-mini} does the rest. */
    static final int PROMPT_TOKENS = 20;

    static final int COMPLETION_TOKENS = 10;

    private static final String BODY =
            """
            {"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini-2024-07-18",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}""".formatted(PROMPT_TOKENS, COMPLETION_TOKENS, PROMPT_TOKENS + COMPLETION_TOKENS);
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + BODY.length() + "\r\n\r\n" + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final LongAdder answered = new LongAdder();

    FakeUpstream() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        Thread.ofVirtual().name("fake-upstream").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    long answered() {
        return answered.sum();
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
                answered.increment();
                out.write(ANSWER);
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
