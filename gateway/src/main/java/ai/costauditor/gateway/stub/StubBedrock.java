package ai.costauditor.gateway.stub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Bedrock's formats: Converse, and InvokeModel with Anthropic's bodies. Streams are binary frames. */
enum StubBedrock implements StubWire {
    CONVERSE {
        @Override
        public String body(StubAnswer a) {
            Map<String, Object> answer = map("metrics", map("latencyMs", 1), "output", map("message", message(a)));
            answer.put("stopReason", stop(a));
            if (!a.wish().omitUsage()) {
                answer.put("usage", usage(a));
            }
            return json(answer);
        }

        private Object message(StubAnswer a) {
            Object block = a.callsTool()
                    ? map("toolUse", map("input", map(), "name", a.toolName(), "toolUseId", "tooluse_stub"))
                    : map("text", a.text());
            return map("content", List.of(block), "role", "assistant");
        }
    },

    CONVERSE_STREAM {
        @Override
        public List<byte[]> frames(StubAnswer a) {
            List<byte[]> frames = new ArrayList<>();
            frames.add(event("messageStart", map("p", PADDING, "role", "assistant")));
            if (a.callsTool()) {
                Object tool = map("toolUse", map("name", a.toolName(), "toolUseId", "tooluse_stub"));
                frames.add(event("contentBlockStart", map("contentBlockIndex", 0, "p", PADDING, "start", tool)));
                frames.add(delta(map("toolUse", map("input", "{}"))));
            } else {
                a.words().forEach(word -> frames.add(delta(map("text", word))));
            }
            frames.add(event("contentBlockStop", map("contentBlockIndex", 0, "p", PADDING)));
            if (a.wish().errorInStream()) {
                frames.add(exception());
                return frames;
            }
            frames.add(event("messageStop", map("p", PADDING, "stopReason", stop(a))));
            if (!a.wish().noDone()) {
                Map<String, Object> metadata = map("metrics", map("latencyMs", 1), "p", PADDING);
                if (!a.wish().omitUsage()) {
                    metadata.put("usage", usage(a));
                }
                frames.add(event("metadata", metadata));
            }
            return frames;
        }

        private byte[] delta(Object delta) {
            return event("contentBlockDelta", map("contentBlockIndex", 0, "delta", delta, "p", PADDING));
        }
    },

    INVOKE {
        @Override
        public String body(StubAnswer a) {
            return new StubMessages().body(a.named(ofAnthropic(a.model())));
        }

        @Override
        public Map<String, String> headers(StubAnswer a) {
            return a.wish().omitUsage()
                    ? Map.of()
                    : Map.of(
                            "x-amzn-bedrock-input-token-count", Long.toString(a.promptTokens()),
                            "x-amzn-bedrock-output-token-count", Long.toString(a.outputTokens()),
                            "x-amzn-bedrock-invocation-latency", "1");
        }
    },

    INVOKE_STREAM {
        @Override
        public List<byte[]> frames(StubAnswer a) {
            List<byte[]> frames = new ArrayList<>();
            for (String event : new StubMessages().events(a.named(ofAnthropic(a.model())))) {
                ObjectNode data =
                        (ObjectNode) JsonMapper.shared().readTree(event.substring(event.indexOf("data: ") + 6));
                switch (data.path("type").asString("")) {
                    case "ping" -> {}
                    case "error" -> frames.add(exception());
                    case "message_stop" -> {
                        if (!a.wish().omitUsage()) {
                            data.set("amazon-bedrock-invocationMetrics", metrics(a));
                        }
                        frames.add(chunk(data));
                    }
                    default -> frames.add(chunk(data));
                }
            }
            return frames;
        }

        private JsonNode metrics(StubAnswer a) {
            return JsonMapper.shared()
                    .createObjectNode()
                    .put("inputTokenCount", a.promptTokens())
                    .put("outputTokenCount", a.outputTokens())
                    .put("invocationLatency", 1)
                    .put("firstByteLatency", 1);
        }

        private byte[] chunk(JsonNode data) {
            byte[] bytes = data.toString().getBytes(StandardCharsets.UTF_8);
            return event("chunk", map("bytes", Base64.getEncoder().encodeToString(bytes), "p", PADDING));
        }
    };

    private static final String FAILS = "as it was told, the stub fails";

    /** Amazon fills frames up with a part of the alphabet, so that their lengths tell less. */
    private static final String PADDING = "abcdefghijklmn";

    static @Nullable StubBedrock of(StubPath path) {
        return switch (path.operation()) {
            case "/converse" -> CONVERSE;
            case "/converse-stream" -> CONVERSE_STREAM;
            case "/invoke" -> INVOKE;
            case "/invoke-with-response-stream" -> INVOKE_STREAM;
            default -> null;
        };
    }

    @Override
    public String body(StubAnswer answer) {
        throw new IllegalStateException(this + " always streams");
    }

    @Override
    public List<String> events(StubAnswer answer) {
        throw new IllegalStateException(this + " has no events of text");
    }

    @Override
    public boolean streams() {
        return this == CONVERSE_STREAM || this == INVOKE_STREAM;
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public ObjectNode asked(ObjectNode request) {
        request.put("stream", streams());
        JsonNode most = request.at("/inferenceConfig/maxTokens");
        if (!most.isMissingNode()) {
            request.set("max_tokens", most);
        }
        ArrayNode tools = JsonMapper.shared().createArrayNode();
        for (JsonNode tool : request.at("/toolConfig/tools")) {
            tools.add(tool.path("toolSpec"));
        }
        if (!tools.isEmpty()) {
            request.set("tools", tools);
        }
        return request;
    }

    @Override
    public String requestIdHeader() {
        return "x-amzn-requestid";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String error(int status, String message) {
        return json(map("message", message));
    }

    @Override
    public Map<String, String> errorHeaders(int status) {
        String type =
                switch (status) {
                    case 400, 413 -> "ValidationException";
                    case 401, 403 -> "AccessDeniedException";
                    case 404 -> "ResourceNotFoundException";
                    case 408 -> "ModelTimeoutException";
                    case 424 -> "ModelErrorException";
                    case 429 -> "ThrottlingException";
                    case 503, 529 -> "ServiceUnavailableException";
                    default -> "InternalServerException";
                };
        return Map.of("x-amzn-errortype", type);
    }

    /** What Anthropic's models call themselves there: without the region, the maker and the version of the service. */
    private static String ofAnthropic(String model) {
        return model.replaceFirst("^.*anthropic\\.", "").replaceFirst("-v\\d+(:\\d+)?$", "");
    }

    private static String stop(StubAnswer a) {
        return a.callsTool() ? "tool_use" : a.cutByLength() ? "max_tokens" : "end_turn";
    }

    private static Object usage(StubAnswer a) {
        return map(
                "inputTokens", a.promptTokens(),
                "outputTokens", a.outputTokens(),
                "serverToolUsage", map(),
                "totalTokens", a.promptTokens() + a.outputTokens());
    }

    private static byte[] exception() {
        return frame("exception", ":exception-type", "modelStreamErrorException", map("message", FAILS));
    }

    private static byte[] event(String type, Object payload) {
        return frame("event", ":event-type", type, payload);
    }

    private static byte[] frame(String messageType, String typeName, String type, Object payload) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(typeName, HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString("application/json"));
        headers.put(":message-type", HeaderValue.fromString(messageType));
        return new Message(headers, json(payload).getBytes(StandardCharsets.UTF_8))
                .toByteBuffer()
                .array();
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
