package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.gateway.wire.Reading.Round;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. In a stream the last value of each field of the usage counts, wherever it stood. */
public final class AnthropicMessages implements WireFormat {

    private static final Set<String> ANSWER = Set.of("model", "content", "usage");

    @Override
    public String endpoint() {
        return "messages";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.ANTHROPIC;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        return facts(body);
    }

    static RequestFacts facts(RequestBody body) {
        body.require("messages");
        long input = TokenBound.plus(
                body.tokenBound("messages", "system", "tools", "output_config", "output_format"),
                TokenBound.ofTools(body.types("tools")));
        return new RequestFacts(
                body,
                body.model(),
                body.flag("stream"),
                body.has("mcp_servers") || body.has("container") ? TokenBound.UNBOUNDED : input,
                true,
                RequestFacts.estimate(body.textBytes("messages", "system", "tools")),
                body.wholeNumber("max_tokens"),
                0,
                1,
                RequestFacts.dearer(body.string("speed"), body.string("inference_geo")),
                true);
    }

    @Override
    public boolean canBeShorter() {
        return true;
    }

    @Override
    public void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {
        outgoing.number(tokens, "max_tokens");
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new MessagesMeter();
    }

    private static final class MessagesMeter implements Meter {

        private @Nullable String model;
        private final ObjectNode block = JsonMapper.shared().createObjectNode();
        private boolean hasOutput;
        private long outputBytes;
        private End end = End.OPEN;

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            take(root);
            hasOutput = block.has("output_tokens");
            outputBytes += Json.textBytes(root.path("content"));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.parse(event.data());
            switch (root.path("type").asString("")) {
                case "message_start" -> take(root.path("message"));
                case "content_block_start" ->
                    outputBytes += Json.textBytes(root.path("content_block").path("text"));
                case "content_block_delta" -> outputBytes += textOf(root.path("delta"));
                case "message_delta" -> {
                    merge(root.path("usage"));
                    hasOutput |= root.path("usage").has("output_tokens");
                }
                case "error" -> end = End.FAILED;
                case "message_stop" -> {
                    end = End.COMPLETE;
                    return Pass.LAST;
                }
                default -> {}
            }
            return Pass.ON;
        }

        private static long textOf(JsonNode delta) {
            return Json.textBytes(delta.path("text"))
                    + Json.textBytes(delta.path("thinking"))
                    + Json.textBytes(delta.path("partial_json"));
        }

        private void take(JsonNode message) {
            model = Json.text(message.path("model"));
            merge(message.path("usage"));
        }

        private void merge(JsonNode usage) {
            for (Map.Entry<String, JsonNode> field : usage.properties()) {
                if (!field.getValue().isNull()) {
                    block.set(field.getKey(), field.getValue());
                }
            }
        }

        @Override
        public Reading reading() {
            String tier = tier();
            if (!hasOutput) {
                // the count of the output comes last: what stands at the start is only the input
                return new Reading(
                        model, tier, Usages.anthropic(block, Usage.Status.UNKNOWN, null), List.of(), outputBytes, end);
            }
            List<Round> rounds = rounds();
            Usage usage = rounds.isEmpty()
                    ? Usages.anthropic(block, Usage.Status.EXACT, block.toString())
                    : Usages.sum(rounds.stream().map(Round::usage).toList(), block.toString());
            return new Reading(model, tier, usage, rounds, outputBytes, end);
        }

        /** Speed and place have prices of their own, beside the tier. */
        private @Nullable String tier() {
            String joined = Stream.of("service_tier", "speed", "inference_geo")
                    .map(name -> Json.text(block.path(name)))
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("+"));
            return joined.isEmpty() ? null : joined;
        }

        /**
         * The figures at the top leave out the rounds that compact the context or ask an advising model; those stand in
         * {@code iterations}, each with its own model. The top itself is one more round: the sum of the plain ones.
         */
        private List<Round> rounds() {
            List<Round> hidden = block.path("iterations")
                    .valueStream()
                    .filter(round -> !"message".equals(round.path("type").asString("message")))
                    .map(round -> new Round(
                            Json.text(round.path("model")), Usages.anthropic(round, Usage.Status.EXACT, null)))
                    .toList();
            Round shown = new Round(null, Usages.anthropic(block, Usage.Status.EXACT, null));
            return hidden.isEmpty()
                    ? List.of()
                    : Stream.concat(Stream.of(shown), hidden.stream()).toList();
        }
    }
}
