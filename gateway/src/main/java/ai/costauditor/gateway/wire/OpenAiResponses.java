package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's Responses. Stored history is billed again as input, so a request that names it is bounded by the model's window. */
public final class OpenAiResponses implements WireFormat {

    private static final List<String> SAME = List.of(
            "model",
            "input",
            "instructions",
            "previous_response_id",
            "conversation",
            "tools",
            "tool_choice",
            "temperature",
            "top_p",
            "text",
            "reasoning",
            "max_output_tokens");

    @Override
    public String endpoint() {
        return "responses";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(byte[] body) {
        JsonNode root = Json.request(body);
        boolean refersToHistory =
                root.hasNonNull("previous_response_id") || root.hasNonNull("conversation") || root.hasNonNull("prompt");
        JsonNode input = root.path("input");
        long bound = refersToHistory
                ? Long.MAX_VALUE
                : InputBound.of(input, root.path("instructions"), root.path("tools"), root.path("text"));
        return new RequestFacts(
                Fields.model(root),
                Fields.flag(root, "stream"),
                bound,
                (Json.textBytes(input) + Json.textBytes(root.path("instructions"))) / 4 + 1,
                Fields.positive(root, "max_output_tokens"),
                1,
                true,
                Fields.pick(root, SAME),
                root);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ResponsesMeter();
    }

    private static final class ResponsesMeter implements Meter {

        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;

        @Override
        public void body(JsonNode root) {
            take(root);
            outputBytes += Json.textBytes(root.path("output"));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.answer(event.data());
            outputBytes += Json.textBytes(root.path("delta"));
            take(root.path("response"));
            return switch (root.path("type").asString("")) {
                case "response.completed", "response.incomplete", "response.failed" -> Pass.LAST;
                default -> Pass.ON;
            };
        }

        private void take(JsonNode response) {
            String named = Json.text(response.path("model"));
            model = named == null ? model : named;
            String served = Json.text(response.path("service_tier"));
            tier = served == null ? tier : served;
            JsonNode block = response.path("usage");
            if (block.isObject() && !block.isEmpty()) {
                usage = withTools(Usages.openAi(block), response.path("output"));
            }
        }

        /** Searches are billed per call and stand in no usage block; opening a page is not a search. */
        private static Usage withTools(Usage usage, JsonNode output) {
            long searches = output.valueStream()
                    .filter(item -> "web_search_call".equals(item.path("type").asString("")))
                    .filter(item -> "search".equals(item.at("/action/type").asString("search")))
                    .count();
            if (searches == 0) {
                return usage;
            }
            Map<String, BigDecimal> units = new HashMap<>(usage.units());
            units.put("web_searches", BigDecimal.valueOf(searches));
            return new Usage(usage.status(), usage.tokens(), units, usage.raw());
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage, outputBytes);
        }
    }
}
