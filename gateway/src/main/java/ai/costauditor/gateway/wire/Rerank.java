package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reranking as Cohere has made it and others have copied it: documents are put in the order of a query. It is billed by
 * searches ({@code meta.billed_units.search_units}), or by tokens.
 */
public final class Rerank implements WireFormat {

    /** Documents of a search; longer ones count as many of 500 tokens (docs.cohere.com, how-does-cohere-pricing-work). */
    private static final long DOCUMENTS_OF_A_SEARCH = 100;

    private static final long TOKENS_OF_A_DOCUMENT = 500;

    private static final Set<String> ANSWER = Set.of("model", "usage", "meta");

    @Override
    public String endpoint() {
        return "rerank";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        body.require("query");
        body.require("documents");
        long documents = Math.max(1, body.lengthOf("documents"));
        long query = body.tokenBound("query");
        long text = TokenBound.plus(body.tokenBound("documents"), query * documents);
        long pieces = documents + text / TOKENS_OF_A_DOCUMENT;
        return new RequestFacts(
                        body,
                        body.model(),
                        false,
                        text,
                        false,
                        RequestFacts.estimate(body.textBytes("documents") + body.textBytes("query") * documents),
                        0L,
                        0,
                        1,
                        null,
                        true)
                .orBilledBy(List.of(Map.of("rerank_searches", BigDecimal.valueOf(pieces / DOCUMENTS_OF_A_SEARCH + 1))));
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new RerankMeter();
    }

    private static final class RerankMeter implements Meter {

        private @Nullable String model;
        private Usage usage = Usage.unknown();

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            model = Json.text(root.path("model"));
            JsonNode searches = root.at("/meta/billed_units/search_units");
            JsonNode block = root.path("usage");
            if (searches.isNumber() && searches.decimalValue().signum() >= 0) {
                Map<String, BigDecimal> units = Map.of("rerank_searches", searches.decimalValue());
                usage = new Usage(
                        Usage.Status.EXACT, Map.of(), units, root.path("meta").toString());
            } else if (block.hasNonNull("total_tokens") && !block.hasNonNull("prompt_tokens")) {
                Map<TokenKind, Long> tokens = Map.of(
                        TokenKind.INPUT, Math.max(0, block.get("total_tokens").asLong(0)));
                usage = new Usage(Usage.Status.EXACT, tokens, Map.of(), block.toString());
            } else if (block.isObject() && !block.isEmpty()) {
                usage = Usages.openAi(block);
            }
        }

        @Override
        public Pass event(SseEvent event) {
            return Pass.ON;
        }

        @Override
        public Reading reading() {
            return new Reading(model, null, usage, List.of(), 0, End.OPEN);
        }
    }
}
