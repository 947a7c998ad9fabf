package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's batches of messages. One is {@code in_progress} when it is asked for the first time and {@code ended} from the
 * second time on; one that was cancelled has finished the first half of its requests.
 */
final class StubMessageBatches {

    private record Batch(List<JsonNode> requests, AtomicInteger asked, int done, boolean cancelled) {}

    private final Map<String, Batch> batches = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    Optional<StubKept.Answer> answer(String verb, String id, String more, byte[] body, HttpExchange exchange) {
        if (verb.equals("POST") && id.isEmpty()) {
            List<JsonNode> requests = new ArrayList<>();
            JsonMapper.shared().readTree(body).path("requests").forEach(requests::add);
            String made = "msgbatch_stub" + Long.toHexString(System.nanoTime()) + count.incrementAndGet();
            batches.put(made, new Batch(requests, new AtomicInteger(), requests.size(), false));
            return Optional.of(StubKept.Answer.json(described(made, false, exchange)));
        }
        Batch found = batches.get(id);
        return found == null
                ? Optional.empty()
                : Optional.of(
                        switch (verb + more) {
                            case "GET/results" -> StubKept.Answer.lines(results(found));
                            case "POST/cancel" -> {
                                int half = found.requests.size() / 2;
                                batches.put(id, new Batch(found.requests, new AtomicInteger(2), half, true));
                                yield StubKept.Answer.json(described(id, false, exchange));
                            }
                            case "DELETE" -> {
                                batches.remove(id);
                                yield StubKept.Answer.json(json(map("id", id, "type", "message_batch_deleted")));
                            }
                            default -> StubKept.Answer.json(described(id, found.asked.incrementAndGet() > 1, exchange));
                        });
    }

    private static byte[] results(Batch batch) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < batch.requests.size(); i++) {
            JsonNode request = batch.requests.get(i);
            Object result = i < batch.done
                    ? map("type", "succeeded", "message", message((ObjectNode) request.path("params")))
                    : map("type", "canceled");
            lines.append(json(map("custom_id", request.path("custom_id").asString(""), "result", result)))
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode message(ObjectNode params) {
        String body = new StubMessages().body(StubAnswer.to("/messages", params, Misbehaviour.of(null, "")));
        ObjectNode message = (ObjectNode) JsonMapper.shared().readTree(body);
        ((ObjectNode) message.path("usage")).put("service_tier", "batch");
        return message;
    }

    private String described(String id, boolean ended, HttpExchange exchange) {
        Batch batch = java.util.Objects.requireNonNull(batches.get(id));
        int rest = batch.requests.size() - batch.done;
        String here = "http://127.0.0.1:" + exchange.getLocalAddress().getPort();
        return json(map(
                "id",
                id,
                "type",
                "message_batch",
                "processing_status",
                ended ? "ended" : batch.cancelled ? "canceling" : "in_progress",
                "request_counts",
                map(
                        "processing",
                        ended ? 0 : batch.requests.size(),
                        "succeeded",
                        ended ? batch.done : 0,
                        "errored",
                        0,
                        "canceled",
                        ended ? rest : 0,
                        "expired",
                        0),
                "ended_at",
                ended ? "2026-11-01T00:00:00Z" : null,
                "created_at",
                "2026-11-01T00:00:00Z",
                "expires_at",
                "2026-11-02T00:00:00Z",
                "archived_at",
                null,
                "cancel_initiated_at",
                batch.cancelled ? "2026-11-01T00:00:00Z" : null,
                "results_url",
                ended ? here + "/v1/messages/batches/" + id + "/results" : null));
    }
}
