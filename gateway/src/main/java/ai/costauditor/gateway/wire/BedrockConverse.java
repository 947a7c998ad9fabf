package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Bedrock's Converse: one shape for the models of many makers. A stream tells its usage in its last event, {@code metadata}. */
public final class BedrockConverse implements WireFormat {

    private static final Set<String> ANSWER = Set.of("output", "usage", "trace", "serviceTier", "performanceConfig");

    /** What a model's own parameter for the longest answer may be called. */
    private static final Set<String> LONGEST_ANSWER = Set.of(
            "max_tokens",
            "max_tokens_to_sample",
            "max_completion_tokens",
            "max_new_tokens",
            "max_gen_len",
            "maxTokens",
            "maxTokenCount",
            "maxOutputTokens");

    private final boolean stream;

    /** @param stream which the path says, and not the body */
    public BedrockConverse(boolean stream) {
        this.stream = stream;
    }

    @Override
    public String endpoint() {
        return "converse";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.BEDROCK;
    }

    @Override
    public @Nullable EventSplitter splitter(String contentType) {
        return FrameSplitter.of(contentType);
    }

    @Override
    public RequestFacts read(RequestBody body) {
        JsonNode ownFields = body.small("additionalModelRequestFields");
        long input = TokenBound.plus(
                body.tokenBound("system", "toolConfig", "additionalModelRequestFields", "outputConfig"),
                TokenBound.plus(ConverseMedia.bound(body), ofTools(body, ownFields)));
        return new RequestFacts(
                body,
                body.model(),
                stream,
                input,
                true,
                RequestFacts.estimate(body.textBytes("messages", "system", "toolConfig")),
                maxOutput(body, ownFields),
                0,
                1,
                RequestFacts.dearer(
                        Json.text(body.small("serviceTier").path("type")),
                        Json.text(body.small("performanceConfig").path("latency"))),
                true);
    }

    /** Tools that run at Amazon feed what they find to the model; those of Anthropic come with descriptions of their own. */
    private static long ofTools(RequestBody body, JsonNode ownFields) {
        boolean tooLarge = body.has("additionalModelRequestFields") && ownFields.isMissingNode();
        if (tooLarge || hasToolOfAmazon(body)) {
            return TokenBound.UNBOUNDED;
        }
        return TokenBound.ofTools(ownFields
                .path("tools")
                .valueStream()
                .map(tool -> tool.path("type").asString("custom"))
                .toList());
    }

    private static boolean hasToolOfAmazon(RequestBody body) {
        return body.picked("toolConfig", Set.of("tools"))
                .path("tools")
                .valueStream()
                .anyMatch(tool -> tool.has("systemTool"));
    }

    /** None if the model's own parameters may say something else. */
    private static @Nullable Long maxOutput(RequestBody body, JsonNode ownFields) {
        boolean saidElsewhere = body.has("additionalModelRequestFields")
                && (!ownFields.isObject() || ownFields.propertyNames().stream().anyMatch(LONGEST_ANSWER::contains));
        JsonNode most = body.picked("inferenceConfig", Set.of("maxTokens")).path("maxTokens");
        if (most.isMissingNode() || most.isNull()) {
            return null;
        }
        if (!most.isIntegralNumber() || most.bigIntegerValue().signum() < 0) {
            throw new BadRequest("'inferenceConfig.maxTokens' must be a whole number that is not negative");
        }
        return saidElsewhere || !most.canConvertToLong() ? null : Long.valueOf(most.asLong());
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ConverseMeter(facts);
    }

    private static final class ConverseMeter implements Meter {

        private final RequestFacts facts;
        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;
        private End end = End.OPEN;

        ConverseMeter(RequestFacts facts) {
            this.facts = facts.withoutBody();
        }

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            outputBytes += Json.textBytes(root.at("/output/message/content"));
            take(root);
        }

        @Override
        public Pass event(SseEvent event) {
            switch (event.name()) {
                case "contentBlockDelta" ->
                    outputBytes += Json.textBytes(Json.parse(event.data()).path("delta"));
                case "metadata" -> {
                    take(Json.parse(event.data()));
                    end = End.COMPLETE;
                    return Pass.LAST;
                }
                case FrameSplitter.EXCEPTION -> {
                    end = End.FAILED;
                    return Pass.PERHAPS_LAST;
                }
                default -> {}
            }
            return Pass.ON;
        }

        private void take(JsonNode answer) {
            model = Json.text(answer.at("/trace/promptRouter/invokedModelId"));
            String joined = Stream.of(answer.at("/serviceTier/type"), answer.at("/performanceConfig/latency"))
                    .map(Json::text)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("+"));
            tier = joined.isEmpty() ? null : joined;
            JsonNode block = answer.path("usage");
            if (block.isObject() && !block.isEmpty()) {
                usage = Usages.bedrock(block);
            }
        }

        @Override
        public Reading reading() {
            return new Reading(BedrockModel.served(facts, model), tier, usage, List.of(), outputBytes, end);
        }
    }
}
