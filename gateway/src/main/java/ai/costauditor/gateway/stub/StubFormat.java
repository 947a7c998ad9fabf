package ai.costauditor.gateway.stub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The wire formats that the stub speaks, in the providers' own field names. */
enum StubFormat implements StubWire {
    CHAT {
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
                            .mapToObj(i -> map(
                                    "index", i, "message", message(a), "logprobs", null, "finish_reason", finish(a)))
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
    },

    RESPONSES {
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

        private Object usage(StubAnswer a) {
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
    },

    EMBEDDINGS {
        @Override
        public String body(StubAnswer a) {
            float[] vector = new float[a.dimensions()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (i % 2 == 0 ? 1f : -1f) / (i + 1);
            }
            Object embedding = a.base64()
                    ? base64(vector)
                    : IntStream.range(0, vector.length).mapToObj(i -> vector[i]).toList();
            return json(map(
                    "object",
                    "list",
                    "data",
                    IntStream.range(0, a.inputs())
                            .mapToObj(i -> map("object", "embedding", "index", i, "embedding", embedding))
                            .toList(),
                    "model",
                    a.model(),
                    "usage",
                    a.wish().omitUsage()
                            ? null
                            : map("prompt_tokens", a.promptTokens(), "total_tokens", a.promptTokens())));
        }

        private String base64(float[] vector) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (float number : vector) {
                bytes.putFloat(number);
            }
            return Base64.getEncoder().encodeToString(bytes.array());
        }

        @Override
        public boolean streams() {
            return false;
        }
    },

    MESSAGES {
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
    },

    TOKEN_COUNT {
        @Override
        public String body(StubAnswer a) {
            return json(map("input_tokens", a.promptTokens()));
        }

        @Override
        public boolean streams() {
            return false;
        }
    },

    UNKNOWN {
        @Override
        public String body(StubAnswer a) {
            return error(404, "the stub does not know this operation");
        }

        @Override
        public boolean streams() {
            return false;
        }
    };

    static final String MODELS = json(map(
            "object",
            "list",
            "data",
            List.of(
                    map("id", "stub-chat", "object", "model", "created", StubFormat.CREATED, "owned_by", "stub"),
                    map(
                            "id",
                            "stub-embedding",
                            "object",
                            "model",
                            "created",
                            StubFormat.CREATED,
                            "owned_by",
                            "stub"))));

    private static final long CREATED = 1_750_000_000;
    private static final String FAILS = "as it was told, the stub fails";

    static StubFormat of(String operation) {
        return switch (operation) {
            case "/chat/completions" -> CHAT;
            case "/responses" -> RESPONSES;
            case "/embeddings" -> EMBEDDINGS;
            case "/messages" -> MESSAGES;
            case "/messages/count_tokens" -> TOKEN_COUNT;
            default -> UNKNOWN;
        };
    }

    @Override
    public List<String> events(StubAnswer answer) {
        throw new IllegalStateException(this + " does not stream");
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public String requestIdHeader() {
        return isAnthropic() ? "request-id" : "x-request-id";
    }

    @Override
    public Map<String, String> headers() {
        String family = isAnthropic() ? "anthropic-ratelimit-requests-" : "x-ratelimit-";
        return isAnthropic()
                ? Map.of(family + "limit", "10000", family + "remaining", "9999")
                : Map.of(
                        family + "limit-requests",
                        "10000",
                        family + "remaining-requests",
                        "9999",
                        family + "limit-tokens",
                        "2000000",
                        family + "remaining-tokens",
                        "1999000",
                        "openai-version",
                        "2020-10-01",
                        "openai-processing-ms",
                        "1");
    }

    private boolean isAnthropic() {
        return this == MESSAGES || this == TOKEN_COUNT;
    }

    @Override
    public String error(int status, String message) {
        return isAnthropic()
                ? json(map(
                        "type",
                        "error",
                        "error",
                        map("type", anthropicType(status), "message", message),
                        "request_id",
                        "req_stub"))
                : json(map(
                        "error",
                        map(
                                "message",
                                message,
                                "type",
                                openAiType(status),
                                "param",
                                null,
                                "code",
                                openAiCode(status))));
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    private static String openAiType(int status) {
        return status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
    }

    private static @Nullable String openAiCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
    }

    private static String data(Object event) {
        return "data: " + json(event) + "\n\n";
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    /** In the given order, nulls too: providers send them. */
    private static Map<String, Object> map(@Nullable Object... pairs) {
        Map<String, Object> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
