package ai.costauditor.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A provider that sends exactly the bytes that a test wants, when it wants, and remembers what it was asked. */
final class ScriptedUpstream implements AutoCloseable {

    /** @param headers by name in lower case; the last one counts */
    record Received(String line, Map<String, String> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    interface Script {
        void answer(Received request, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Script script = (request, out) -> out.write(json(404, "{}"));

    ScriptedUpstream() {
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void answer(Script next) {
        script = next;
        received.clear();
    }

    void answerJson(int status, String body) {
        answer((request, out) -> out.write(json(status, body)));
    }

    /** The events in one piece. */
    void answerEvents(String events) {
        answer((request, out) -> out.write(stream(events)));
    }

    List<Received> received() {
        return received;
    }

    Received last() {
        return received.getLast();
    }

    static byte[] json(int status, String body) {
        return bytes(
                "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nX-Request-Id: req_upstream\r\n"
                        + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    static byte[] streamHead() {
        return bytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                + "Transfer-Encoding: chunked\r\nX-RateLimit-Remaining-Requests: 7\r\n\r\n");
    }

    static byte[] chunk(String text) {
        return chunk(bytes(text));
    }

    static byte[] chunk(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(Integer.toHexString(data.length) + "\r\n"));
        out.writeBytes(data);
        out.writeBytes(bytes("\r\n"));
        return out.toByteArray();
    }

    static byte[] end() {
        return bytes("0\r\n\r\n");
    }

    static byte[] stream(String events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(streamHead());
        out.writeBytes(chunk(events));
        out.writeBytes(end());
        return out.toByteArray();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            for (String line = line(in); line != null; line = line(in)) {
                Map<String, String> headers = new TreeMap<>();
                for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
                    String[] parts = header.split(":", 2);
                    headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
                }
                byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
                Received request = new Received(line, headers, body);
                received.add(request);
                script.answer(request, out);
                out.flush();
            }
        } catch (IOException e) {
            // the gateway has left, or the script wanted it so
        }
    }

    private static @org.jspecify.annotations.Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
            }
            line.write(b);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
