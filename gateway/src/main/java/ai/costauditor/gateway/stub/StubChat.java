package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.FAILS;
import static ai.costauditor.gateway.stub.StubJson.data;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chat completions. */
final class StubChat implements StubOpenAi {
    @Override
    public String body(StubAnswer a) {
        return json(map(
                "id",
                "chatcmpl-stub",
                "object",
                "chat.completion",
                "created",
                CREATED,
                "model",
                a.model(),
                "choices",
                IntStream.range(0, a.answers())
                        .mapToObj(i ->
                                map("index", i, "message", message(a), "logprobs", null, "finish_reason", finish(a)))
                        .toList(),
                "usage",
                a.wish().omitUsage() ? null : chatUsage(a),
                "service_tier",
                "default",
                "system_fingerprint",
                "fp_stub"));
    }

    private Object message(StubAnswer a) {
        return a.callsTool()
                ? map("role", "assistant", "content", null, "refusal", null, "tool_calls", List.of(tool(a)))
                : map("role", "assistant", "content", a.text(), "refusal", null);
    }

    private Object tool(StubAnswer a) {
        return map("id", "call_stub", "type", "function", "function", map("name", a.toolName(), "arguments", "{}"));
    }

    private String finish(StubAnswer a) {
        return a.callsTool() ? "tool_calls" : a.cutByLength() ? "length" : "stop";
    }

    @Override
    public List<String> events(StubAnswer a) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < a.answers(); i++) {
            events.add(chunk(a, i, map("role", "assistant", "content", ""), null));
            if (a.callsTool()) {
                Map<String, Object> call = map(
                        "index",
                        0,
                        "id",
                        "call_stub",
                        "type",
                        "function",
                        "function",
                        map("name", a.toolName(), "arguments", "{}"));
                events.add(chunk(a, i, map("tool_calls", List.of(call)), null));
            } else {
                for (String word : a.words()) {
                    events.add(chunk(a, i, map("content", word), null));
                }
            }
            events.add(chunk(a, i, map(), finish(a)));
        }
        if (a.wish().errorInStream()) {
            events.add("data: "
                    + json(map("error", map("message", FAILS, "type", "server_error", "param", null, "code", null)))
                    + "\n\n");
            return events;
        }
        if (a.includeUsage() && !a.wish().omitUsage()) {
            events.add(data(chunk(a, List.of(), chatUsage(a))));
        }
        if (!a.wish().noDone()) {
            events.add("data: [DONE]\n\n");
        }
        return events;
    }

    private String chunk(StubAnswer a, int index, Object delta, @Nullable String finish) {
        return data(chunk(
                a, List.of(map("index", index, "delta", delta, "logprobs", null, "finish_reason", finish)), null));
    }

    private Map<String, Object> chunk(StubAnswer a, List<?> choices, @Nullable Object usage) {
        Map<String, Object> chunk = map(
                "id",
                "chatcmpl-stub",
                "object",
                "chat.completion.chunk",
                "created",
                CREATED,
                "model",
                a.model(),
                "service_tier",
                "default",
                "system_fingerprint",
                "fp_stub",
                "choices",
                choices);
        if (a.includeUsage()) {
            chunk.put("usage", usage);
        }
        return chunk;
    }

    private Object chatUsage(StubAnswer a) {
        return map(
                "prompt_tokens", a.promptTokens(),
                "completion_tokens", a.outputTokens(),
                "total_tokens", a.promptTokens() + a.outputTokens(),
                "prompt_tokens_details", map("cached_tokens", 0, "audio_tokens", 0),
                "completion_tokens_details",
                        map(
                                "reasoning_tokens",
                                0,
                                "audio_tokens",
                                0,
                                "accepted_prediction_tokens",
                                0,
                                "rejected_prediction_tokens",
                                0));
    }
}
