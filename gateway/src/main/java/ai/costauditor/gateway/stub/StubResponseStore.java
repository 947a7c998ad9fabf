package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Responses, and completions with {@code store}. One in the background is {@code queued}, {@code in_progress} when it is
 * asked for the first time, and complete from the second time on.
 */
final class StubResponseStore {

    private static final int MOST = 10_000;
    private static final String RESPONSE = "resp_stub";
    private static final String COMPLETION = "chatcmpl-stub";

    /** @param asked how often it was asked for, beyond which it is complete */
    private record Kept(String body, String events, JsonNode input, AtomicInteger asked) {}

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    UnaryOperator<String> keep(String operation, ObjectNode request, StubWire format, StubAnswer answer) {
        boolean response = operation.equals("/responses");
        if (kept.size() >= MOST) {
            return UnaryOperator.identity();
        }
        boolean background = request.path("background").asBoolean(false);
        boolean queued = background && !request.path("stream").asBoolean(false);
        String plain = response ? RESPONSE : COMPLETION;
        String id = plain + "_" + Integer.toHexString(request.toString().hashCode())
                + (background ? "_" + Long.toHexString(System.nanoTime()) + count.incrementAndGet() : "");
        String body = named(format.body(answer), plain, id);
        String events = named(String.join("", format.events(answer)), plain, id);
        kept.put(
                id,
                new Kept(
                        background ? with(body, null, true) : body,
                        events,
                        request.path("input"),
                        new AtomicInteger(queued ? 0 : 2)));
        return said -> queued ? with(body, "queued", true) : named(said, plain, id);
    }

    private static String named(String text, String plain, String id) {
        return text.replace('"' + plain + '"', '"' + id + '"');
    }

    /** @param status none if it stays as it is; work that is not done has no output and no usage */
    private static String with(String body, @Nullable String status, boolean background) {
        ObjectNode response = (ObjectNode) JsonMapper.shared().readTree(body);
        response.put("background", background);
        if (status != null) {
            response.put("status", status);
            response.putArray("output");
            response.putNull("usage");
        }
        return response.toString();
    }

    Optional<StubKept.Answer> answer(String verb, String id, String more, Map<String, String> query) {
        Kept found = kept.get(id);
        if (found == null) {
            return Optional.of(new StubKept.Answer(
                    404,
                    "application/json",
                    new StubUnknown().error(404, "there is no " + id).getBytes(StandardCharsets.UTF_8)));
        }
        return Optional.of(
                switch (verb + more) {
                    case "GET" -> get(found, query.containsKey("stream"));
                    case "GET/input_items" -> StubKept.Answer.json(items(found));
                    case "GET/messages" -> StubKept.Answer.json(json(map("object", "list", "data", List.of())));
                    case "POST/cancel" -> cancel(id, found);
                    case "DELETE" -> {
                        kept.remove(id);
                        yield StubKept.Answer.json(json(map("id", id, "object", "response", "deleted", true)));
                    }
                    default -> StubKept.Answer.json(found.body);
                });
    }

    private static StubKept.Answer get(Kept found, boolean streams) {
        if (streams) {
            found.asked.set(2);
            return new StubKept.Answer(
                    200, "text/event-stream; charset=utf-8", found.events.getBytes(StandardCharsets.UTF_8));
        }
        boolean done = found.asked.incrementAndGet() > 1;
        return StubKept.Answer.json(done ? found.body : with(found.body, "in_progress", true));
    }

    private StubKept.Answer cancel(String id, Kept found) {
        if (found.asked.get() > 1) {
            return StubKept.Answer.json(found.body);
        }
        String cancelled = with(found.body, "cancelled", true);
        kept.put(id, new Kept(cancelled, found.events, found.input, new AtomicInteger(2)));
        return StubKept.Answer.json(cancelled);
    }

    private static String items(Kept found) {
        Object text = map("type", "input_text", "text", found.input.asString(""));
        return json(map(
                "object",
                "list",
                "data",
                List.of(map(
                        "id",
                        "msg_input",
                        "type",
                        "message",
                        "role",
                        "user",
                        "status",
                        "completed",
                        "content",
                        List.of(text))),
                "first_id",
                "msg_input",
                "last_id",
                "msg_input",
                "has_more",
                false));
    }
}
