package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.gateway.wire.Reading.Round;
import ai.costauditor.ledger.usage.Usage;
import java.util.ArrayList;
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
        RequestedTools tools = RequestedTools.of(body);
        long input = TokenBound.plus(
                body.tokenBound("messages", "system", "tools", "output_config", "output_format"), tools.tokenBound());
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
                        true)
                .withFees(tools.feesOfAnthropic());
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
        return new MessagesMeter(facts);
    }

    private static final class MessagesMeter implements Meter {

        private final RequestFacts facts;
        private final RequestedTools tools;
        private @Nullable String model;
        private boolean ranCode;
        private final ObjectNode block = JsonMapper.shared().createObjectNode();
        private boolean hasOutput;
        private long outputBytes;
        private End end = End.OPEN;

        MessagesMeter(RequestFacts facts) {
            this.facts = facts.withoutBody();
            this.tools = RequestedTools.of(facts.body());
        }

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            take(root);
            hasOutput = block.has("output_tokens");
            outputBytes += Json.textBytes(root.path("content"));
            root.path("content").forEach(this::look);
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.parse(event.data());
            switch (root.path("type").asString("")) {
                case "message_start" -> take(root.path("message"));
                case "content_block_start" -> {
                    outputBytes += Json.textBytes(root.path("content_block").path("text"));
                    look(root.path("content_block"));
                }
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

        /** Code that ran at Anthropic is billed by the container, of which a call has one. */
        private void look(JsonNode content) {
            ranCode |= "server_tool_use".equals(content.path("type").asString(""))
                    && content.path("name").asString("").contains("code_execution")
                    && !tools.runsCodeForFree();
        }

        private List<Round> withExecutions(List<Round> rounds) {
            if (rounds.isEmpty() || !ranCode) {
                return rounds;
            }
            Round first = rounds.getFirst();
            List<Round> all = new ArrayList<>(rounds);
            all.set(0, new Round(first.model(), Usages.with(first.usage(), executions())));
            return all;
        }

        private Map<String, Long> executions() {
            return Map.of(RequestedTools.EXECUTIONS, ranCode ? 1L : 0L);
        }

        private static long textOf(JsonNode delta) {
            return Json.textBytes(delta.path("text"))
                    + Json.textBytes(delta.path("thinking"))
                    + Json.textBytes(delta.path("content"))
                    + Json.textBytes(delta.path("partial_json"));
        }

        private void take(JsonNode message) {
            String named = Json.text(message.path("model"));
            model = named == null ? model : named;
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
            List<Round> rounds = withExecutions(AnthropicRounds.of(block, facts.model()));
            Usage usage = rounds.isEmpty()
                    ? Usages.with(Usages.anthropic(block, Usage.Status.EXACT, block.toString()), executions())
                    : Usages.sum(rounds.stream().map(Round::usage).toList(), block.toString());
            return new Reading(model, tier, usage, rounds, outputBytes, end, rounds.isEmpty() && searched());
        }

        /** What a tool of Anthropic's finds is read by the model in another round. */
        private boolean searched() {
            return block.path("server_tool_use").valueStream().anyMatch(requests -> requests.asLong(0) > 0);
        }

        /** Speed and place have prices of their own, beside the tier. */
        private @Nullable String tier() {
            String joined = Stream.of("service_tier", "speed", "inference_geo")
                    .map(name -> Json.text(block.path(name)))
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("+"));
            return joined.isEmpty() ? null : joined;
        }
    }
}
