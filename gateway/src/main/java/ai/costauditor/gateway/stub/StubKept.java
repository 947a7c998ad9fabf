package ai.costauditor.gateway.stub;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** What the stub keeps in memory as long as it runs: responses, completions, files and batches. */
final class StubKept {

    private static final Pattern OBJECT =
            Pattern.compile("/([a-z/]+?)(?:/((?:resp|chatcmpl|file|batch|msgbatch)[-_][A-Za-z0-9_-]+)(/\\w+)?)?");

    private final StubResponseStore responses = new StubResponseStore();
    private final StubFiles files = new StubFiles();
    private final StubBatches batches = new StubBatches(files);
    private final StubMessageBatches messages = new StubMessageBatches();

    /** @param type of the content */
    record Answer(int status, String type, byte[] body) {

        static Answer json(String text) {
            return new Answer(200, "application/json", text.getBytes(StandardCharsets.UTF_8));
        }

        static Answer lines(byte[] body) {
            return new Answer(200, "application/octet-stream", body);
        }
    }

    /** @return empty if the request is about something else */
    Optional<Answer> answer(HttpExchange exchange, String operation, byte[] body) {
        Matcher path = OBJECT.matcher(operation);
        if (!path.matches()) {
            return Optional.empty();
        }
        String verb = exchange.getRequestMethod();
        String id = path.group(2) == null ? "" : path.group(2);
        String more = path.group(3) == null ? "" : path.group(3);
        Map<String, String> query = StubPath.query(exchange.getRequestURI());
        return switch (path.group(1)) {
            case "responses", "chat/completions" ->
                id.isEmpty() ? Optional.empty() : responses.answer(verb, id, more, query);
            case "files" -> files.answer(verb, id, more, exchange.getRequestHeaders(), body);
            case "batches" -> batches.answer(verb, id, more, body);
            case "messages/batches" -> messages.answer(verb, id, more, body, exchange);
            default -> Optional.empty();
        };
    }

    /** Keeps an answer under a name of its own, and gives what puts that name into the answer. */
    UnaryOperator<String> keep(String operation, ObjectNode request, StubWire format, StubAnswer answer) {
        return responses.keep(operation, request, format, answer);
    }
}
