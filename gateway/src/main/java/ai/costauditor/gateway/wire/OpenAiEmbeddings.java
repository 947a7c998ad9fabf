package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's embeddings: input only, never a stream. */
public final class OpenAiEmbeddings implements WireFormat {

    private static final List<String> SAME = List.of("model", "input", "dimensions", "encoding_format");

    @Override
    public String endpoint() {
        return "embeddings";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(byte[] body) {
        JsonNode root = Json.request(body);
        JsonNode input = Fields.required(root, "input");
        return new RequestFacts(
                Fields.model(root),
                false,
                InputBound.of(input),
                Json.textBytes(input) / 4 + 1,
                0L,
                1,
                true,
                Fields.pick(root, SAME),
                root);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new Meter() {
            private @Nullable String model;
            private Usage usage = Usage.unknown();

            @Override
            public void body(JsonNode root) {
                model = Json.text(root.path("model"));
                JsonNode block = root.path("usage");
                if (block.isObject() && !block.isEmpty()) {
                    usage = Usages.openAi(block);
                }
            }

            @Override
            public Pass event(SseEvent event) {
                return Pass.ON;
            }

            @Override
            public Reading reading() {
                return new Reading(model, null, usage, 0);
            }
        };
    }
}
