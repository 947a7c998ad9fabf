package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. In a stream the last value of each field of the usage counts, wherever it stood. */
public final class AnthropicMessages implements WireFormat {

    private static final List<String> SAME = List.of(
            "model",
            "system",
            "messages",
            "tools",
            "tool_choice",
            "temperature",
            "top_p",
            "top_k",
            "thinking",
            "max_tokens",
            "stop_sequences");

    @Override
    public String endpoint() {
        return "messages";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.ANTHROPIC;
    }

    @Override
    public RequestFacts read(byte[] body) {
        return facts(Json.request(body));
    }

    static RequestFacts facts(JsonNode root) {
        JsonNode messages = Fields.required(root, "messages");
        return new RequestFacts(
                Fields.model(root),
                Fields.flag(root, "stream"),
                root.has("mcp_servers")
                        ? Long.MAX_VALUE
                        : InputBound.of(messages, root.path("system"), root.path("tools")),
                (Json.textBytes(messages) + Json.textBytes(root.path("system"))) / 4 + 1,
                Fields.positive(root, "max_tokens"),
                1,
                true,
                Fields.pick(root, SAME),
                root);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new MessagesMeter();
    }

    private static final class MessagesMeter implements Meter {

        private @Nullable String model;
        private final ObjectNode block = JsonMapper.shared().createObjectNode();
        private boolean hasOutput;
        private long outputBytes;

        @Override
        public void body(JsonNode root) {
            take(root);
            hasOutput = root.path("usage").has("output_tokens");
            outputBytes += Json.textBytes(root.path("content"));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.answer(event.data());
            switch (root.path("type").asString("")) {
                case "message_start" -> take(root.path("message"));
                case "content_block_delta" -> outputBytes += Json.textBytes(root.path("delta"));
                case "message_delta" -> {
                    merge(root.path("usage"));
                    hasOutput |= root.path("usage").has("output_tokens");
                }
                case "message_stop" -> {
                    return Pass.LAST;
                }
                default -> {}
            }
            return Pass.ON;
        }

        private void take(JsonNode message) {
            model = Json.text(message.path("model"));
            merge(message.path("usage"));
        }

        private void merge(JsonNode usage) {
            usage.propertyStream()
                    .filter(field -> !field.getValue().isNull())
                    .forEach(field -> block.set(field.getKey(), field.getValue()));
        }

        /** Without the final count of the output the block is only half of the truth. */
        @Override
        public Reading reading() {
            return new Reading(
                    model,
                    Json.text(block.path("service_tier")),
                    hasOutput ? Usages.anthropic(block) : Usage.unknown(),
                    outputBytes);
        }
    }
}
