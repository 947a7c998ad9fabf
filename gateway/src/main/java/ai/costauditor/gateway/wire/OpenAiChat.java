package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Chat completions of OpenAI and of everyone who speaks their format. */
public final class OpenAiChat implements WireFormat {

    private static final List<String> SAME = List.of(
            "model",
            "messages",
            "tools",
            "tool_choice",
            "temperature",
            "top_p",
            "seed",
            "n",
            "response_format",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "reasoning_effort");

    private final boolean asksForUsage;

    /** @param asksForUsage false for providers that refuse {@code stream_options}; they send the usage unasked */
    public OpenAiChat(boolean asksForUsage) {
        this.asksForUsage = asksForUsage;
    }

    @Override
    public String endpoint() {
        return "chat.completions";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(byte[] body) {
        JsonNode root = Json.request(body);
        JsonNode messages = Fields.required(root, "messages");
        JsonNode tools = root.path("tools");
        return new RequestFacts(
                Fields.model(root),
                Fields.flag(root, "stream"),
                InputBound.of(
                        messages, tools, root.path("functions"), root.path("response_format"), root.path("prediction")),
                Json.textBytes(messages) / 4 + 1,
                Fields.positive(root, "max_completion_tokens", "max_tokens"),
                Fields.answers(root),
                root.at("/stream_options/include_usage").asBoolean(false),
                Fields.pick(root, SAME),
                root);
    }

    @Override
    public byte[] outgoing(byte[] body, RequestFacts facts) {
        boolean ask = asksForUsage && facts.stream() && !facts.wantsUsageInStream();
        return ask ? BodyEdit.includeUsage(body) : body;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ChatMeter(asksForUsage && !facts.wantsUsageInStream());
    }

    private static final class ChatMeter implements Meter {

        private final boolean hidesUsage;
        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;

        ChatMeter(boolean hidesUsage) {
            this.hidesUsage = hidesUsage;
        }

        @Override
        public void body(JsonNode root) {
            take(root, "message");
        }

        @Override
        public Pass event(SseEvent event) {
            if ("[DONE]".equals(event.data().strip())) {
                return Pass.LAST;
            }
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode chunk = Json.answer(event.data());
            boolean hasUsage = take(chunk, "delta");
            boolean noChoices =
                    chunk.path("choices").isArray() && chunk.path("choices").isEmpty();
            return hidesUsage && hasUsage && noChoices ? Pass.HIDE : Pass.ON;
        }

        private boolean take(JsonNode root, String part) {
            String named = Json.text(root.path("model"));
            model = named == null || named.isEmpty() ? model : named;
            String served = Json.text(root.path("service_tier"));
            tier = served == null ? tier : served;
            for (JsonNode choice : root.path("choices")) {
                outputBytes += Json.textBytes(choice.path(part).path("content"))
                        + Json.textBytes(choice.path(part).path("reasoning_content"))
                        + Json.textBytes(choice.path(part).path("tool_calls"));
            }
            JsonNode block = root.hasNonNull("usage") ? root.get("usage") : root.at("/x_groq/usage");
            if (!block.isObject() || block.isEmpty()) {
                return false;
            }
            usage = Usages.openAi(block);
            return true;
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage, outputBytes);
        }
    }
}
