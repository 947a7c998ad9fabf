package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's batches. One is {@code in_progress} when it is asked for the first time and complete from the second time on; one
 * that was cancelled has finished the first half of its lines.
 */
final class StubBatches {

    private record Batch(
            String input,
            String endpoint,
            AtomicInteger asked,
            int done,
            int failed,
            String output,
            @Nullable String errors,
            boolean cancelled) {}

    private final StubFiles files;
    private final Map<String, Batch> batches = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    StubBatches(StubFiles files) {
        this.files = files;
    }

    Optional<StubKept.Answer> answer(String verb, String id, String more, byte[] body) {
        if (verb.equals("POST") && id.isEmpty()) {
            JsonNode request = JsonMapper.shared().readTree(body);
            String made = "batch_stub" + Long.toHexString(System.nanoTime()) + count.incrementAndGet();
            String input = request.path("input_file_id").asString("");
            String endpoint = request.path("endpoint").asString("");
            batches.put(made, run(input, endpoint, Integer.MAX_VALUE, false));
            return Optional.of(StubKept.Answer.json(described(made, "validating")));
        }
        Batch found = batches.get(id);
        if (found == null) {
            return Optional.empty();
        }
        if (more.equals("/cancel")) {
            int half = (found.done + found.failed) / 2;
            batches.put(id, run(found.input, found.endpoint, half, true));
            return Optional.of(StubKept.Answer.json(described(id, "cancelling")));
        }
        boolean done = found.asked.incrementAndGet() > 1 || found.cancelled;
        return Optional.of(StubKept.Answer.json(
                described(id, done ? found.cancelled ? "cancelled" : "completed" : "in_progress")));
    }

    private Batch run(String input, String endpoint, int most, boolean cancelled) {
        List<String> done = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        new String(files.content(input), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .limit(most)
                .forEach(line -> run(line, done, failed));
        return new Batch(
                input,
                endpoint,
                new AtomicInteger(),
                done.size(),
                failed.size(),
                files.put("output.jsonl", "batch_output", bytes(done)),
                failed.isEmpty() ? null : files.put("errors.jsonl", "batch_output", bytes(failed)),
                cancelled);
    }

    private static byte[] bytes(List<String> lines) {
        return String.join("", lines.stream().map(line -> line + "\n").toList()).getBytes(StandardCharsets.UTF_8);
    }

    private static void run(String line, List<String> done, List<String> failed) {
        JsonNode envelope = JsonMapper.shared().readTree(line);
        ObjectNode request = (ObjectNode) envelope.path("body");
        String operation = envelope.path("url").asString("").replaceFirst("^/v1", "");
        boolean fails = request.path("model").asString("").startsWith("does-not-exist");
        StubWire format = StubWire.of(new StubPath(operation, null, false, true));
        String body = fails
                ? format.error(404, "there is no such model")
                : format.body(StubAnswer.to(operation, request, Misbehaviour.of(null, "")));
        (fails ? failed : done)
                .add(json(map(
                        "id",
                        "batch_req_stub",
                        "custom_id",
                        envelope.path("custom_id").asString(""),
                        "response",
                        map(
                                "status_code",
                                fails ? 404 : 200,
                                "request_id",
                                "req_stub",
                                "body",
                                JsonMapper.shared().readTree(body)),
                        "error",
                        null)));
    }

    private String described(String id, String status) {
        Batch batch = java.util.Objects.requireNonNull(batches.get(id));
        boolean ended = status.equals("completed") || status.equals("cancelled");
        return json(map(
                "id",
                id,
                "object",
                "batch",
                "endpoint",
                batch.endpoint,
                "errors",
                null,
                "input_file_id",
                batch.input,
                "completion_window",
                "24h",
                "status",
                status,
                "output_file_id",
                ended && batch.done > 0 ? batch.output : null,
                "error_file_id",
                ended ? batch.errors : null,
                "created_at",
                CREATED,
                "request_counts",
                map(
                        "total",
                        batch.done + batch.failed,
                        "completed",
                        ended ? batch.done : 0,
                        "failed",
                        ended ? batch.failed : 0),
                "metadata",
                null));
    }
}
