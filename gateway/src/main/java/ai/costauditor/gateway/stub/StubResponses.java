package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.FAILS;
import static ai.costauditor.gateway.stub.StubJson.data;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** OpenAI's Responses. */
final class StubResponses implements StubOpenAi {
    @Override
    public String body(StubAnswer a) {
        return json(response(a, "completed", true));
    }

    private Map<String, Object> response(StubAnswer a, String status, boolean done) {
        boolean completed = done && "completed".equals(status);
        return map(
                "id",
                "resp_stub",
                "object",
                "response",
                "created_at",
                CREATED,
                "status",
                status,
                "background",
                false,
                "error",
                null,
                "incomplete_details",
                null,
                "instructions",
                null,
                "max_output_tokens",
                null,
                "model",
                a.model(),
                "output",
                completed ? List.of(output(a, "completed")) : List.of(),
                "parallel_tool_calls",
                true,
                "previous_response_id",
                null,
                "reasoning",
                map("effort", null, "summary", null),
                "service_tier",
                "default",
                "store",
                true,
                "temperature",
                1.0,
                "text",
                map("format", map("type", "text")),
                "tool_choice",
                "auto",
                "tools",
                List.of(),
                "top_p",
                1.0,
                "truncation",
                "disabled",
                "usage",
                completed && !a.wish().omitUsage() ? usage(a) : null,
                "user",
                null,
                "metadata",
                map());
    }

    private Map<String, Object> output(StubAnswer a, String status) {
        boolean completed = "completed".equals(status);
        return a.callsTool()
                ? map(
                        "id",
                        "fc_stub",
                        "type",
                        "function_call",
                        "status",
                        status,
                        "arguments",
                        completed ? "{}" : "",
                        "call_id",
                        "call_stub",
                        "name",
                        a.toolName())
                : item(a, status, completed ? List.of(part(a.text())) : List.of());
    }

    private Map<String, Object> of(String type, String item, Object... fields) {
        Map<String, Object> event = map("type", type, "item_id", item, "output_index", 0);
        event.putAll(map(fields));
        return event;
    }

    private Map<String, Object> ofPart(String type, Object... fields) {
        Map<String, Object> event = of(type, "msg_stub", "content_index", 0);
        event.putAll(map(fields));
        return event;
    }

    private Map<String, Object> item(StubAnswer a, String status, List<?> content) {
        return map("id", "msg_stub", "type", "message", "status", status, "role", "assistant", "content", content);
    }

    private Map<String, Object> part(String text) {
        return map("type", "output_text", "text", text, "annotations", List.of(), "logprobs", List.of());
    }

    static Object usage(StubAnswer a) {
        return map(
                "input_tokens", a.promptTokens(),
                "input_tokens_details", map("cached_tokens", 0),
                "output_tokens", a.outputTokens(),
                "output_tokens_details", map("reasoning_tokens", 0),
                "total_tokens", a.promptTokens() + a.outputTokens());
    }

    @Override
    public List<String> events(StubAnswer a) {
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(map("type", "response.created", "response", response(a, "in_progress", false)));
        all.add(map("type", "response.in_progress", "response", response(a, "in_progress", false)));
        all.add(map("type", "response.output_item.added", "output_index", 0, "item", output(a, "in_progress")));
        if (a.callsTool()) {
            all.add(of("response.function_call_arguments.delta", "fc_stub", "delta", "{}"));
            all.add(of("response.function_call_arguments.done", "fc_stub", "arguments", "{}"));
        } else {
            all.add(ofPart("response.content_part.added", "part", part("")));
            for (String word : a.words()) {
                all.add(ofPart("response.output_text.delta", "delta", word, "logprobs", List.of()));
            }
            all.add(ofPart("response.output_text.done", "text", a.text(), "logprobs", List.of()));
            all.add(ofPart("response.content_part.done", "part", part(a.text())));
        }
        all.add(map("type", "response.output_item.done", "output_index", 0, "item", output(a, "completed")));
        all.add(
                a.wish().errorInStream()
                        ? map("type", "error", "code", "server_error", "message", FAILS, "param", null)
                        : map("type", "response.completed", "response", response(a, "completed", true)));
        List<String> events = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).put("sequence_number", i);
            events.add("event: " + all.get(i).get("type") + "\n" + data(all.get(i)));
        }
        return events;
    }
}
