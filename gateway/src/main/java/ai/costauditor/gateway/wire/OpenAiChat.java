package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Chat completions of OpenAI and of everyone who speaks their format. */
public final class OpenAiChat implements WireFormat {

    /** OpenAI's own models know both names or the newer alone; other providers know the older. */
    private static final Pattern ONLY_KNOWS_THE_NEWER_NAME = Pattern.compile("(openai/)?(o\\d|gpt-|chatgpt)");

    /** Cannot stand inside of a text: there, quotes have a backslash in front. */
    private static final String NO_USAGE_YET = ",\"usage\":null";

    /** What is found there is input, and {@code stream_options} are refused beside it. */
    private static final String SEARCHED_BY_AZURE = "data_sources";

    private static final long MOST_ANSWERS = 128;
    private static final Set<String> ANSWER =
            Set.of("id", "model", "service_tier", "choices", "usage", "x_groq", "error");

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
    public RequestFacts read(RequestBody body) {
        body.require("messages");
        long input = TokenBound.plus(
                body.tokenBound("messages", "tools", "functions", "response_format", "web_search_options"),
                body.has("web_search_options") || body.has(SEARCHED_BY_AZURE)
                        ? TokenBound.UNBOUNDED
                        : TokenBound.ofTools(body.types("tools")));
        return new RequestFacts(
                body,
                body.model(),
                body.flag("stream"),
                input,
                true,
                RequestFacts.estimate(body.textBytes("messages", "tools", "functions")),
                body.wholeNumber("max_completion_tokens", "max_tokens"),
                body.has("prediction") ? body.tokenBound("prediction") : 0,
                answers(body),
                RequestFacts.dearer(body.string("service_tier")),
                body.small("stream_options").path("include_usage").asBoolean(false));
    }

    private static long answers(RequestBody body) {
        Long n = body.wholeNumber("n");
        if (n != null && (n < 1 || n > MOST_ANSWERS)) {
            throw new BadRequest("'n' must be between 1 and " + MOST_ANSWERS);
        }
        return n == null ? 1 : n;
    }

    @Override
    public void prepare(BodyEdit outgoing, RequestFacts facts) {
        if (asksFor(facts)) {
            outgoing.includeUsage();
        }
    }

    private boolean asksFor(RequestFacts facts) {
        return asksForUsage
                && facts.stream()
                && !facts.wantsUsageInStream()
                && !facts.body().has(SEARCHED_BY_AZURE);
    }

    @Override
    public boolean canBeShorter() {
        return true;
    }

    @Override
    public void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {
        if (ONLY_KNOWS_THE_NEWER_NAME.matcher(facts.model()).lookingAt()) {
            outgoing.number(tokens, "max_tokens", "max_completion_tokens");
        } else {
            outgoing.number(tokens, "max_completion_tokens", "max_tokens");
        }
    }

    @Override
    public @Nullable StoredKind keeps(RequestFacts facts) {
        return facts.body().has("store") && facts.body().flag("store") ? StoredKind.COMPLETION : null;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ChatMeter(asksFor(facts));
    }

    private static final class ChatMeter implements Meter {

        private final boolean hidesUsage;
        private @Nullable String id;
        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;
        private End end = End.OPEN;

        ChatMeter(boolean hidesUsage) {
            this.hidesUsage = hidesUsage;
        }

        @Override
        public void body(byte[] body) {
            take(Json.parse(body, ANSWER), "message");
        }

        @Override
        public Pass event(SseEvent event) {
            String data = event.data();
            if (data.isEmpty()) {
                return Pass.ON;
            }
            if (data.charAt(0) == '[' && "[DONE]".equals(data.strip())) {
                end = end == End.FAILED ? end : End.COMPLETE;
                return Pass.LAST;
            }
            JsonNode chunk = Json.parse(data);
            if (chunk.hasNonNull("error") || "error".equals(event.name())) {
                end = End.FAILED;
            }
            take(chunk, "delta");
            JsonNode choices = chunk.path("choices");
            boolean onlyUsage = choices.isArray()
                    && choices.isEmpty()
                    && chunk.path("usage").isObject();
            return hidesUsage && onlyUsage ? Pass.HIDE : Pass.ON;
        }

        /** The last usage counts: some providers repeat it, growing, on every chunk. */
        private void take(JsonNode root, String part) {
            String called = Json.text(root.path("id"));
            id = called == null ? id : called;
            String named = Json.text(root.path("model"));
            model = named == null ? model : named;
            String served = Json.text(root.path("service_tier"));
            tier = served == null ? tier : served;
            for (JsonNode choice : root.path("choices")) {
                outputBytes += textOf(choice.path(part));
            }
            JsonNode block = root.path("usage").isObject() ? root.path("usage") : root.at("/x_groq/usage");
            if (block.isObject() && !block.isEmpty()) {
                usage = Usages.openAi(block);
            }
        }

        private static long textOf(JsonNode message) {
            return Json.textBytes(message.path("content"))
                    + Json.textBytes(message.path("refusal"))
                    + Json.textBytes(message.path("reasoning"))
                    + Json.textBytes(message.path("reasoning_content"))
                    + Json.textBytes(message.path("tool_calls"));
        }

        /** Who asks for usage gets {@code "usage":null} in every other chunk; who did not ask sees none of it. */
        @Override
        public byte[] shown(SseEvent event) {
            if (!hidesUsage || !event.data().contains(NO_USAGE_YET)) {
                return event.raw();
            }
            String raw = new String(event.raw(), StandardCharsets.UTF_8);
            int at = raw.lastIndexOf(NO_USAGE_YET);
            return (raw.substring(0, at) + raw.substring(at + NO_USAGE_YET.length())).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable String storedAs() {
            return id;
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage, List.of(), outputBytes, end);
        }
    }
}
