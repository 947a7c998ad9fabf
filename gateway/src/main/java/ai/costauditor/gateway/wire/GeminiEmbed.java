package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gemini's {@code embedContent} and {@code batchEmbedContents}: input only, never a stream. Most answers tell no usage, and
 * are estimated from the text.
 */
public final class GeminiEmbed implements WireFormat {

    private static final Set<String> ANSWER = Set.of("usageMetadata");

    private final String input;

    private GeminiEmbed(String input) {
        this.input = input;
    }

    public static GeminiEmbed ofOne() {
        return new GeminiEmbed("content");
    }

    public static GeminiEmbed ofMany() {
        return new GeminiEmbed("requests");
    }

    @Override
    public String endpoint() {
        return "embed_content";
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
        body.require(input);
        GeminiRequest.sameModel(body);
        return new RequestFacts(
                body,
                body.model(),
                false,
                body.tokenBound(),
                false,
                GeminiRequest.estimate(body),
                0L,
                0,
                1,
                null,
                true);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new EmbedMeter(facts);
    }

    private static final class EmbedMeter implements Meter {

        private final RequestFacts facts;
        private Usage usage = Usage.unknown();

        EmbedMeter(RequestFacts facts) {
            this.facts = facts;
        }

        @Override
        public void body(byte[] body) {
            JsonNode block = Json.parse(body, ANSWER).path("usageMetadata");
            usage = block.isObject() && !block.isEmpty()
                    ? Usages.gemini(block, Usage.Status.EXACT)
                    : new Usage(Usage.Status.ESTIMATED, Map.of(TokenKind.INPUT, facts.inputEstimate()), Map.of(), null);
        }

        @Override
        public Pass event(SseEvent event) {
            return Pass.ON;
        }

        @Override
        public Reading reading() {
            return new Reading(null, null, usage, List.of(), 0, End.OPEN);
        }
    }
}
