package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.FAILS;
import static ai.costauditor.gateway.stub.StubJson.data;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anthropic's messages. */
final class StubMessages implements StubAnthropic {
    @Override
    public String body(StubAnswer a) {
        return json(message(a, content(a), stop(a), a.outputTokens()));
    }

    private Map<String, Object> message(StubAnswer a, List<?> content, @Nullable String stop, long output) {
        Map<String, Object> usage = map(
                "input_tokens",
                a.promptTokens(),
                "cache_creation_input_tokens",
                0,
                "cache_read_input_tokens",
                0,
                "cache_creation",
                map("ephemeral_5m_input_tokens", 0, "ephemeral_1h_input_tokens", 0),
                "output_tokens",
                output,
                "service_tier",
                "standard");
        Map<String, Object> message = map(
                "id",
                "msg_stub",
                "type",
                "message",
                "role",
                "assistant",
                "model",
                a.model(),
                "content",
                content,
                "stop_reason",
                stop,
                "stop_sequence",
                null);
        if (!a.wish().omitUsage()) {
            message.put("usage", usage);
        }
        return message;
    }

    private List<?> content(StubAnswer a) {
        return a.callsTool()
                ? List.of(map("type", "tool_use", "id", "toolu_stub", "name", a.toolName(), "input", map()))
                : List.of(map("type", "text", "text", a.text()));
    }

    private String stop(StubAnswer a) {
        return a.callsTool() ? "tool_use" : a.cutByLength() ? "max_tokens" : "end_turn";
    }

    @Override
    public List<String> events(StubAnswer a) {
        List<String> events = new ArrayList<>();
        events.add(event(
                "message_start",
                map("message", message(a, List.of(), null, a.wish().zeroUsage() ? 0 : 1))));
        events.add(event(
                "content_block_start",
                map(
                        "index",
                        0,
                        "content_block",
                        a.callsTool()
                                ? map("type", "tool_use", "id", "toolu_stub", "name", a.toolName(), "input", map())
                                : map("type", "text", "text", ""))));
        events.add(event("ping", map()));
        if (a.callsTool()) {
            events.add(event(
                    "content_block_delta",
                    map("index", 0, "delta", map("type", "input_json_delta", "partial_json", "{}"))));
        } else {
            for (String word : a.words()) {
                events.add(event(
                        "content_block_delta", map("index", 0, "delta", map("type", "text_delta", "text", word))));
            }
        }
        events.add(event("content_block_stop", map("index", 0)));
        if (a.wish().errorInStream()) {
            events.add(event("error", map("error", map("type", "overloaded_error", "message", FAILS))));
            return events;
        }
        Map<String, Object> delta = map("delta", map("stop_reason", stop(a), "stop_sequence", null));
        if (!a.wish().omitUsage()) {
            delta.put("usage", map("output_tokens", a.outputTokens()));
        }
        events.add(event("message_delta", delta));
        if (!a.wish().noDone()) {
            events.add(event("message_stop", map()));
        }
        return events;
    }

    private String event(String type, Map<String, Object> fields) {
        Map<String, Object> all = map("type", type);
        all.putAll(fields);
        return "event: " + type + "\n" + data(all);
    }
}
