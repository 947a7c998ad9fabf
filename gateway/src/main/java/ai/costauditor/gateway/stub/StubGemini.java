package ai.costauditor.gateway.stub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's own formats. Every event of a stream tells the usage up to there, and embeddings tell none, as Google's do. */
enum StubGemini implements StubWire {
    GENERATE {
        @Override
        public String body(StubAnswer a) {
            List<Map<String, Object>> candidates = IntStream.range(0, a.answers())
                    .mapToObj(i -> candidate(i, a.callsTool() ? call(a) : text(a.text()), reason(a)))
                    .toList();
            return json(answer(a, candidates, a.outputTokens()));
        }
    },

    /** With {@code alt=sse}. */
    STREAM {
        @Override
        public List<String> events(StubAnswer a) {
            return chunks(a).stream()
                    .map(chunk -> "data: " + chunk + "\r\n\r\n")
                    .toList();
        }
    },

    /** Without. */
    ARRAY {
        @Override
        public List<String> events(StubAnswer a) {
            List<String> pieces = new ArrayList<>();
            for (String chunk : chunks(a)) {
                pieces.add((pieces.isEmpty() ? "[" : ",\r\n") + chunk);
            }
            pieces.add(pieces.isEmpty() ? "[]" : "\r\n]\r\n");
            return pieces;
        }

        @Override
        public String streamType() {
            return "application/json; charset=UTF-8";
        }
    },

    COUNT {
        @Override
        public String body(StubAnswer a) {
            return json(map("totalTokens", a.promptTokens(), "promptTokensDetails", modality(a.promptTokens())));
        }
    },

    EMBED {
        @Override
        public String body(StubAnswer a) {
            return json(map("embedding", vector(a)));
        }
    },

    EMBED_MANY {
        @Override
        public String body(StubAnswer a) {
            return json(map(
                    "embeddings",
                    IntStream.range(0, a.inputs()).mapToObj(i -> vector(a)).toList()));
        }
    },

    UNKNOWN {
        @Override
        public String body(StubAnswer a) {
            return error(404, "the stub does not know this operation");
        }
    };

    private static final String FAILS = "as it was told, the stub fails";

    static StubGemini of(StubPath path) {
        return switch (path.operation()) {
            case ":generateContent" -> GENERATE;
            case ":streamGenerateContent" -> path.asksForEvents() ? STREAM : ARRAY;
            case ":countTokens" -> COUNT;
            case ":embedContent" -> EMBED;
            case ":batchEmbedContents" -> EMBED_MANY;
            default -> UNKNOWN;
        };
    }

    @Override
    public String body(StubAnswer answer) {
        throw new IllegalStateException(this + " always streams");
    }

    @Override
    public List<String> events(StubAnswer answer) {
        throw new IllegalStateException(this + " does not stream");
    }

    @Override
    public boolean streams() {
        return this == STREAM || this == ARRAY;
    }

    @Override
    public ObjectNode asked(ObjectNode request) {
        request.put("stream", streams());
        JsonNode config = request.path("generationConfig");
        if (config.path("maxOutputTokens").asLong(0) > 0) {
            request.set("max_tokens", config.get("maxOutputTokens"));
        }
        request.set("n", config.path("candidateCount"));
        request.set("messages", request.path("contents"));
        request.set("system", request.path("systemInstruction"));
        request.set("input", this == EMBED_MANY ? contents(request.path("requests")) : request.path("content"));
        request.set("dimensions", request.path("outputDimensionality"));
        ArrayNode functions = JsonMapper.shared().createArrayNode();
        for (JsonNode tool : request.path("tools")) {
            tool.path("functionDeclarations").forEach(functions::add);
        }
        request.set("tools", functions);
        if ("NONE".equals(request.at("/toolConfig/functionCallingConfig/mode").asString(""))) {
            request.put("tool_choice", "none");
        }
        return request;
    }

    private static ArrayNode contents(JsonNode requests) {
        ArrayNode contents = JsonMapper.shared().createArrayNode();
        requests.forEach(each -> contents.add(each.path("content")));
        return contents;
    }

    /** One word each; the last one of a candidate says why it ends. */
    private static List<String> chunks(StubAnswer a) {
        List<String> chunks = new ArrayList<>();
        long told = 0;
        for (int i = 0; i < a.answers(); i++) {
            int last = a.callsTool() ? 0 : Math.max(0, a.words().size() - 1);
            for (int word = 0; word <= last; word++) {
                told = word == last ? (long) a.words().size() * (i + 1) : told + 1;
                boolean fails = word == last && a.wish().errorInStream();
                boolean ends = word == last && !a.wish().noDone();
                Map<String, Object> part = a.callsTool()
                        ? call(a)
                        : text(a.words().isEmpty() ? "" : a.words().get(word));
                chunks.add(
                        fails
                                ? failure(503, FAILS)
                                : json(answer(a, List.of(candidate(i, part, ends ? reason(a) : null)), told)));
            }
        }
        return chunks;
    }

    private static Map<String, Object> answer(StubAnswer a, List<?> candidates, long outputTokens) {
        Map<String, Object> answer = map("candidates", candidates);
        if (!a.wish().omitUsage()) {
            long output = a.wish().zeroUsage() ? 0 : outputTokens;
            answer.put(
                    "usageMetadata",
                    map(
                            "promptTokenCount",
                            a.promptTokens(),
                            "candidatesTokenCount",
                            output,
                            "totalTokenCount",
                            a.promptTokens() + output,
                            "promptTokensDetails",
                            modality(a.promptTokens())));
        }
        answer.put("modelVersion", a.model());
        answer.put("responseId", "stub");
        return answer;
    }

    private static Map<String, Object> candidate(int index, Map<String, Object> part, @Nullable String reason) {
        Map<String, Object> candidate = map("content", map("parts", List.of(part), "role", "model"));
        if (reason != null) {
            candidate.put("finishReason", reason);
        }
        candidate.put("index", index);
        return candidate;
    }

    private static Map<String, Object> text(String text) {
        return map("text", text);
    }

    private static Map<String, Object> call(StubAnswer a) {
        return map("functionCall", map("name", a.toolName(), "args", map()));
    }

    private static String reason(StubAnswer a) {
        return a.cutByLength() && !a.callsTool() ? "MAX_TOKENS" : "STOP";
    }

    private static List<Object> modality(long tokens) {
        return List.of(map("modality", "TEXT", "tokenCount", tokens));
    }

    private static Map<String, Object> vector(StubAnswer a) {
        return map(
                "values",
                IntStream.range(0, a.dimensions())
                        .mapToObj(i -> (i % 2 == 0 ? 1f : -1f) / (i + 1))
                        .toList());
    }

    @Override
    public String requestIdHeader() {
        return "x-request-id";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("server-timing", "gfet4t7; dur=1");
    }

    @Override
    public String error(int status, String message) {
        return failure(status, message);
    }

    private static String failure(int status, String message) {
        return json(map("error", map("code", status, "message", message, "status", name(status))));
    }

    private static String name(int status) {
        return switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "INTERNAL";
        };
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    /** In the given order. */
    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
