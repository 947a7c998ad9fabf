package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's Responses. Stored history is billed again as input, so a request that names it is bounded by the model's window. */
public final class OpenAiResponses implements WireFormat {

    private static final Set<String> ANSWER =
            Set.of("model", "service_tier", "status", "output", "usage", "tool_usage");

    @Override
    public String endpoint() {
        return "responses";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        if (body.flag("background")) {
            throw new BadRequest("'background' is not metered by this server, so it is not forwarded");
        }
        boolean refersToHistory = body.has("previous_response_id") || body.has("conversation") || body.has("prompt");
        long input = TokenBound.plus(
                body.tokenBound("input", "instructions", "tools", "text"), TokenBound.ofTools(body.types("tools")));
        return new RequestFacts(
                body,
                body.model(),
                body.flag("stream"),
                refersToHistory ? TokenBound.UNBOUNDED : input,
                true,
                RequestFacts.estimate(body.textBytes("input", "instructions", "tools")),
                body.wholeNumber("max_output_tokens"),
                0,
                1,
                RequestFacts.dearer(body.string("service_tier")),
                true);
    }

    @Override
    public boolean canBeShorter() {
        return true;
    }

    @Override
    public void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {
        outgoing.number(tokens, "max_output_tokens");
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
        private End end = End.OPEN;

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            take(root);
            outputBytes += Json.textBytes(root.path("output"));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.parse(event.data());
            outputBytes += Json.textBytes(root.path("delta"));
            take(root.path("response"));
            return switch (root.path("type").asString("")) {
                case "response.completed", "response.incomplete" -> last(End.COMPLETE);
                case "response.failed", "response.cancelled" -> last(End.FAILED);
                case "error" -> {
                    end = End.FAILED;
                    yield Pass.ON;
                }
                default -> Pass.ON;
            };
        }

        private Pass last(End how) {
            end = how;
            return Pass.LAST;
        }

        private void take(JsonNode response) {
            String named = Json.text(response.path("model"));
            model = named == null ? model : named;
            String served = Json.text(response.path("service_tier"));
            tier = served == null ? tier : served;
            JsonNode block = response.path("usage");
            if (block.isObject() && !block.isEmpty()) {
                usage = withSearches(Usages.openAi(block), response);
            }
        }

        /** Searches are billed per call and stand in no usage block; opening a page is not a search. */
        private static Usage withSearches(Usage usage, JsonNode response) {
            JsonNode counted = response.at("/tool_usage/web_search/num_requests");
            long searches = counted.isIntegralNumber()
                    ? counted.asLong()
                    : response.path("output")
                            .valueStream()
                            .filter(item ->
                                    "web_search_call".equals(item.path("type").asString("")))
                            .filter(item ->
                                    "search".equals(item.at("/action/type").asString("search")))
                            .count();
            if (searches <= 0) {
                return usage;
            }
            Map<String, BigDecimal> units = new TreeMap<>(usage.units());
            units.put("web_searches", BigDecimal.valueOf(searches));
            return new Usage(usage.status(), usage.tokens(), units, usage.raw());
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage, List.of(), outputBytes, end);
        }
    }
}
