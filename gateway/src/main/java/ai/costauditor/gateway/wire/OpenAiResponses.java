package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.gateway.wire.Reading.Round;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's Responses. Stored history is billed again as input, so a request that names it is bounded by what the earlier
 * response has told of itself, or by the model's window.
 */
public final class OpenAiResponses implements WireFormat {

    private static final Set<String> ANSWER =
            Set.of("id", "model", "service_tier", "status", "output", "usage", "tool_usage", "tools");

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
        RequestedTools tools = RequestedTools.of(body);
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
                        true)
                .withFees(tools.feesOfOpenAi(body));
    }

    /** Of what stands in the request itself. */
    private static long bound(RequestBody body) {
        return TokenBound.plus(
                body.tokenBound("input", "instructions", "tools", "text"),
                RequestedTools.of(body).tokenBound());
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
        return new ResponsesMeter(mayEndLater(facts), new ToolsRun(RequestedTools.of(facts.body())));
    }

    /** For what is said later of a response. */
    public static Meter meterOfStored() {
        return new ResponsesMeter(true, new ToolsRun(RequestedTools.NONE));
    }

    private static final class ResponsesMeter implements Meter {

        private final boolean mayEndLater;
        private @Nullable String id;
        private final ToolsRun toolsRun;
        private @Nullable String model;
        private @Nullable String tier;
        private Usage usage = Usage.unknown();
        private long outputBytes;
        private End end = End.OPEN;

        ResponsesMeter(boolean mayEndLater, ToolsRun toolsRun) {
            this.mayEndLater = mayEndLater;
            this.toolsRun = toolsRun;
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
                case "response.output_item.done" -> {
                    toolsRun.item(root.path("item"));
                    yield Pass.ON;
                }
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
            toolsRun.answer(response);
            Usage told = Usages.openAi(response.path("usage"));
            usage = told.status() == Usage.Status.UNKNOWN ? usage : told;
        }

        @Override
        public @Nullable String storedAs() {
            return id;
        }

        @Override
        public boolean isPending() {
            return mayEndLater && id != null && end == End.OPEN;
        }

        /** Images have the prices of the model that made them; all else those of the one that answered. */
        @Override
        public Reading reading() {
            Usage own = Usages.with(usage, toolsRun.units());
            Round images = toolsRun.images();
            if (images == null || own.status() == Usage.Status.INVALID || own.status() == Usage.Status.UNKNOWN) {
                return new Reading(model, tier, own, List.of(), outputBytes, end);
            }
            List<Round> rounds = List.of(new Round(null, own), images);
            return new Reading(
                    model, tier, Usages.sum(List.of(own, images.usage()), own.raw()), rounds, outputBytes, end);
        }
    }
}
