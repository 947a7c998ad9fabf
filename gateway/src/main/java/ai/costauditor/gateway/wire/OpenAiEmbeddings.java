package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's embeddings: input only, never a stream. */
public final class OpenAiEmbeddings implements WireFormat {

    private static final Set<String> ANSWER = Set.of("model", "usage");

    @Override
    public String endpoint() {
        return "embeddings";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        body.require("input");
        return new RequestFacts(
                body,
                body.model(),
                false,
                body.tokenBound("input"),
                false,
                RequestFacts.estimate(body.textBytes("input")),
                0L,
                0,
                1,
                null,
                true);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new EmbeddingsMeter();
    }

    private static final class EmbeddingsMeter implements Meter {

        private @Nullable String model;
        private Usage usage = Usage.unknown();

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            model = Json.text(root.path("model"));
            usage = Usages.embeddings(root.path("usage"));
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
