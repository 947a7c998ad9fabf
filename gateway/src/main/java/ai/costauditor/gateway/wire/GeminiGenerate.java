package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Gemini's {@code generateContent}, whole or as a stream. Every event of a stream tells the usage up to there; the last one
 * counts, as a whole.
 */
public final class GeminiGenerate implements WireFormat {

    private static final Set<String> ANSWER =
            Set.of("candidates", "usageMetadata", "modelVersion", "promptFeedback", "error");

    private static final Set<String> UNSPECIFIED = Set.of("TRAFFIC_TYPE_UNSPECIFIED", "unspecified");

    private final boolean stream;

    /** @param stream whether the path asks for a stream: the body does not say it */
    public GeminiGenerate(boolean stream) {
        this.stream = stream;
    }

    @Override
    public String endpoint() {
        return "generate_content";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.GEMINI;
    }

    @Override
    public void check(@Nullable String query) {
        GeminiRequest.check(query);
    }

    @Override
    public RequestFacts read(RequestBody body) {
        body.require("contents");
        return GeminiRequest.facts(body, stream);
    }

    /** Without {@code alt=sse}, a stream is one JSON array that grows. */
    @Override
    public @Nullable EventSplitter splitter(String contentType) {
        if (contentType.startsWith("text/event-stream")) {
            return new SseSplitter(false);
        }
        return stream && contentType.startsWith("application/json") ? new JsonArraySplitter() : null;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new GenerateMeter(facts);
    }

    private static final class GenerateMeter implements Meter {

        private final RequestFacts facts;
        private @Nullable String model;
        private @Nullable String tier;
        private JsonNode block = MissingNode.getInstance();
        private final Map<String, Long> grounding = new TreeMap<>();
        private long outputBytes;
        private boolean blocked;
        private boolean brokenOff;
        private End end = End.OPEN;

        GenerateMeter(RequestFacts facts) {
            this.facts = facts.withoutBody();
        }

        @Override
        public void body(byte[] body) {
            take(Json.parse(body, ANSWER));
            end = End.COMPLETE;
        }

        /** No event says that it is the last; one that tells why the model stopped most often is. */
        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode answer = Json.parse(event.data());
            brokenOff |= answer.isMissingNode();
            take(answer);
            if (answer.hasNonNull("error")) {
                end = End.FAILED;
            }
            return end == End.COMPLETE ? Pass.PERHAPS_LAST : Pass.ON;
        }

        /** Some streams end well without a reason why the model stopped; half an event is no such end. */
        @Override
        public void ended() {
            end = end == End.OPEN && !block.isMissingNode() && !brokenOff ? End.COMPLETE : end;
        }

        private void take(JsonNode answer) {
            String named = Json.text(answer.path("modelVersion"));
            model = named == null ? model : named.replaceFirst("^models/", "");
            for (JsonNode candidate : answer.path("candidates")) {
                outputBytes += textOf(candidate.at("/content/parts"));
                GeminiRequest.groundedBy(candidate, model == null ? facts.model() : model)
                        .forEach((unit, count) -> grounding.merge(unit, count, Math::max));
                if (Json.text(candidate.path("finishReason")) != null) {
                    end = End.COMPLETE;
                }
            }
            if (Json.text(answer.at("/promptFeedback/blockReason")) != null) {
                blocked = true;
                end = End.COMPLETE;
            }
            JsonNode usage = answer.path("usageMetadata");
            if (tellsTokens(usage) && isWhole(usage)) {
                block = usage;
            }
            String served = Json.text(Json.first(usage, "trafficType", "serviceTier"));
            tier = served == null || UNSPECIFIED.contains(served) ? tier : served;
        }

        /** Events on the way may say nothing but how they are served. */
        private static boolean tellsTokens(JsonNode usage) {
            return !Json.first(
                            usage, "promptTokenCount", "candidatesTokenCount", "responseTokenCount", "totalTokenCount")
                    .isMissingNode();
        }

        /** A last event may tell no output and less than the one before: then that one was the last whole one. */
        private boolean isWhole(JsonNode usage) {
            return usage.has("candidatesTokenCount")
                    || usage.path("totalTokenCount").asLong(0)
                            >= block.path("totalTokenCount").asLong(0);
        }

        private static long textOf(JsonNode parts) {
            long sum = 0;
            for (JsonNode part : parts) {
                sum += Json.textBytes(part.path("text"))
                        + Json.textBytes(part.path("functionCall"))
                        + Json.textBytes(part.path("executableCode"))
                        + Json.textBytes(part.path("codeExecutionResult"));
            }
            return sum;
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage(), List.of(), outputBytes, end);
        }

        private Usage usage() {
            if (block.isMissingNode()) {
                return blocked ? estimatedInput() : Usage.unknown();
            }
            return end == End.COMPLETE
                    ? Usages.with(Usages.gemini(block, Usage.Status.EXACT), grounding)
                    : unfinished();
        }

        /** The provider says nothing of a prompt that it has blocked, and it has read it. */
        private Usage estimatedInput() {
            return new Usage(Usage.Status.ESTIMATED, Map.of(TokenKind.INPUT, facts.inputEstimate()), Map.of(), null);
        }

        /** What the last event has told is less than what will be billed. */
        private Usage unfinished() {
            Usage told = Usages.gemini(block, Usage.Status.ESTIMATED);
            if (told.status() == Usage.Status.INVALID || outputBytes == 0) {
                return told;
            }
            Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
            tokens.putAll(told.tokens());
            tokens.merge(TokenKind.OUTPUT, RequestFacts.estimate(outputBytes), Math::max);
            return Usages.with(new Usage(told.status(), tokens, told.units(), told.raw()), grounding);
        }
    }
}
