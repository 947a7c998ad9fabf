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

/**
 * OpenAI's Responses. Stored history is billed again as input, so a request that names it is bounded by what the earlier
 * response has told of itself, or by the model's window.
 */
public final class OpenAiResponses implements WireFormat {

    private static final Set<String> ANSWER =
            Set.of("id", "model", "service_tier", "status", "output", "usage", "tool_usage");

    private static final String HISTORY = "previous_response_id";
    private static final String BACKGROUND = "background";

    private final String endpoint;
    private final boolean isKept;

    private OpenAiResponses(String endpoint, boolean isKept) {
        this.endpoint = endpoint;
        this.isKept = isKept;
    }

    public OpenAiResponses() {
        this("responses", true);
    }

    /** Makes a history shorter, which is billed as an answer is. */
    public static OpenAiResponses compacting() {
        return new OpenAiResponses("responses.compact", false);
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        return facts(body);
    }

    static RequestFacts facts(RequestBody body) {
        boolean refersToHistory = body.has(HISTORY) || body.has("conversation") || body.has("prompt");
        return new RequestFacts(
                body,
                body.model(),
                body.flag("stream"),
                refersToHistory ? TokenBound.UNBOUNDED : bound(body),
                true,
                RequestFacts.estimate(body.textBytes("input", "instructions", "tools")),
                body.wholeNumber("max_output_tokens"),
                0,
                1,
                RequestFacts.dearer(body.string("service_tier")),
                true);
    }

    /** Of what stands in the request itself. */
    private static long bound(RequestBody body) {
        return TokenBound.plus(
                body.tokenBound("input", "instructions", "tools", "text"), TokenBound.ofTools(body.types("tools")));
    }

    @Override
    public @Nullable StoredKind keeps(RequestFacts facts) {
        RequestBody body = facts.body();
        boolean stored = isKept && (!body.has("store") || body.flag("store") || body.flag(BACKGROUND));
        return stored ? StoredKind.RESPONSE : null;
    }

    @Override
    public boolean mayEndLater(RequestFacts facts) {
        return isKept && facts.body().flag(BACKGROUND);
    }

    @Override
    public @Nullable String continues(RequestFacts facts) {
        return facts.body().string(HISTORY);
    }

    @Override
    public RequestFacts continued(RequestFacts facts, long tokens) {
        RequestBody body = facts.body();
        return body.has("conversation") || body.has("prompt")
                ? facts
                : facts.bounded(TokenBound.plus(bound(body), tokens));
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
        return new ResponsesMeter(mayEndLater(facts));
    }

    /** For what is said later of a response. */
    public static Meter meterOfStored() {
        return new ResponsesMeter(true);
    }

    private static final class ResponsesMeter implements Meter {

        private final boolean mayEndLater;
        private @Nullable String id;
        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;
        private End end = End.OPEN;

        ResponsesMeter(boolean mayEndLater) {
            this.mayEndLater = mayEndLater;
        }

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            take(root);
            end = switch (root.path("status").asString("")) {
                case "completed", "incomplete" -> End.COMPLETE;
                case "failed", "cancelled" -> End.FAILED;
                default -> End.OPEN;
            };
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
            String called = Json.text(response.path("id"));
            id = called == null ? id : called;
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
        public @Nullable String storedAs() {
            return id;
        }

        @Override
        public boolean isPending() {
            return mayEndLater && id != null && end == End.OPEN;
        }

        @Override
        public Reading reading() {
            return new Reading(model, tier, usage, List.of(), outputBytes, end);
        }
    }
}
