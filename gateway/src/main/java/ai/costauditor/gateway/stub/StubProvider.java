package ai.costauditor.gateway.stub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stub provider, on a port of loopback. It answers chat completions, Responses, embeddings, messages, token counts
 * and Gemini's own operations, streaming and not, with usage that follows from the request (see {@link StubAnswer}). A header or the model's name makes
 * it misbehave (see {@link Misbehaviour}).
 */
public final class StubProvider implements AutoCloseable {

    private static final String FAILS = "as it was told, the stub fails";

    static {
        // Without it, each event of a stream waits 40 ms for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
    }

    private final HttpServer server;
    private final StubKept kept = new StubKept();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private StubProvider(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param port 0 for any */
    public static StubProvider start(int port) {
        try {
            return new StubProvider(port);
        } catch (IOException e) {
            throw new UncheckedIOException("the stub provider cannot listen on port " + port, e);
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Whatever is thrown breaks the connection; closing the exchange would end a stream as if it were whole. */
    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        StubPath path = StubPath.of(exchange.getRequestURI());
        String operation = path.operation();
        StubWire format = StubWire.of(path);
        exchange.getResponseHeaders().set(format.requestIdHeader(), "req_stub_" + Long.toHexString(System.nanoTime()));
        format.headers().forEach(exchange.getResponseHeaders()::set);
        if (!hasCredential(exchange)) {
            fail(exchange, format, 401, "no API key was sent");
        } else if ("/models".equals(operation)) {
            send(exchange, 200, StubOpenAi.MODELS);
        } else {
            Optional<StubKept.Answer> known = kept.answer(exchange, operation, body);
            if (known.isPresent()) {
                send(exchange, known.get());
            } else {
                answer(exchange, format, operation, path.completed(parse(exchange, body)));
            }
        }
        exchange.close();
    }

    private static boolean hasCredential(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Authorization")
                || exchange.getRequestHeaders().containsKey("x-api-key")
                || exchange.getRequestHeaders().containsKey("api-key")
                || exchange.getRequestHeaders().containsKey("x-goog-api-key");
    }

    private static @org.jspecify.annotations.Nullable JsonNode parse(HttpExchange exchange, byte[] body) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null && type.startsWith("multipart/form-data")) {
            return StubForm.parse(body, type);
        }
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }

    private void answer(
            HttpExchange exchange,
            StubWire format,
            String operation,
            @org.jspecify.annotations.Nullable JsonNode request)
            throws IOException {
        if (request instanceof ObjectNode body && !body.has("model") && format.usualModel() != null) {
            body.put("model", format.usualModel());
        }
        if (!(request instanceof ObjectNode) || !request.path("model").isString()) {
            fail(exchange, format, 400, "the body is no JSON object with a model");
            return;
        }
        String model = request.get("model").stringValue();
        if (model.startsWith("does-not-exist")) {
            fail(exchange, format, 404, "The model `" + model + "` does not exist");
            return;
        }
        Misbehaviour wish;
        try {
            wish = Misbehaviour.of(exchange.getRequestHeaders().getFirst("x-stub"), model);
        } catch (IllegalArgumentException e) {
            fail(exchange, format, 400, "x-stub cannot be read: " + e.getMessage());
            return;
        }
        LockSupport.parkNanos(wish.delay().toNanos());
        if (wish.status() != 200) {
            if (wish.status() == 429) {
                exchange.getResponseHeaders()
                        .set("retry-after", Long.toString(wish.retryAfter().toSeconds()));
            }
            fail(exchange, format, wish.status(), FAILS);
            return;
        }
        ObjectNode asked = format.asked((ObjectNode) request);
        StubAnswer answer = StubAnswer.to(operation, asked, wish);
        if (asked.path("stream").asBoolean(false) && format.streams()) {
            List<byte[]> frames = format.frames(answer);
            if (isKept(operation, asked)) {
                UnaryOperator<String> keep = kept.keep(operation, asked, format, answer);
                frames = frames.stream()
                        .map(frame -> keep.apply(new String(frame, StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8))
                        .toList();
            }
            stream(exchange, format.streamType(), frames, wish);
        } else {
            format.headers(answer).forEach(exchange.getResponseHeaders()::set);
            String body = format.body(answer);
            send(
                    exchange,
                    200,
                    format.contentType(),
                    isKept(operation, asked)
                            ? kept.keep(operation, asked, format, answer).apply(body)
                            : body);
        }
    }

    private static boolean isKept(String operation, ObjectNode asked) {
        return operation.equals("/responses")
                || operation.equals("/chat/completions") && asked.path("store").asBoolean(false);
    }

    private static void send(HttpExchange exchange, StubKept.Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    private static void fail(HttpExchange exchange, StubWire format, int status, String message) throws IOException {
        format.errorHeaders(status).forEach(exchange.getResponseHeaders()::set);
        send(exchange, status, format.error(status, message));
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        send(exchange, status, "application/json", json);
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void stream(HttpExchange exchange, String type, List<byte[]> events, Misbehaviour wish)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        int sent = 0;
        for (byte[] event : events) {
            if (wish.cutAfter() >= 0 && sent == wish.cutAfter()) {
                throw new IOException("as it was told, the stub cuts the stream");
            }
            write(out, event, wish.oddChunks());
            LockSupport.parkNanos(wish.pause().toNanos());
            sent++;
        }
    }

    /** In odd chunks no event arrives whole. */
    private static void write(OutputStream out, byte[] event, boolean odd) throws IOException {
        int size = odd ? 7 : event.length;
        for (int from = 0; from < event.length; from += size) {
            out.write(event, from, Math.min(size, event.length - from));
            out.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
