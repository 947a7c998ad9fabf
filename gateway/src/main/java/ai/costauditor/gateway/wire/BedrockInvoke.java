package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bedrock's InvokeModel: the body is in the format of the model's maker. Anthropic's is understood, with the usage that it
 * names. Of others the counts are taken that Bedrock itself puts beside an answer: in headers, or in a stream's last chunk.
 */
public final class BedrockInvoke implements WireFormat {

    private static final String TIER = "x-amzn-bedrock-service-tier";
    private static final String LATENCY = "x-amzn-bedrock-performanceconfig-latency";
    private static final String METRICS = "amazon-bedrock-invocationMetrics";

    /** The counts in headers, by the names that they have in a stream. */
    private static final Map<String, String> COUNTS = Map.of(
            "inputTokenCount", "x-amzn-bedrock-input-token-count",
            "outputTokenCount", "x-amzn-bedrock-output-token-count",
            "cacheReadInputTokenCount", "x-amzn-bedrock-cache-read-input-token-count",
            "cacheWriteInputTokenCount", "x-amzn-bedrock-cache-write-input-token-count");

    /** Where the models of other makers put what they wrote. */
    private static final Set<String> TEXTS = Set.of(
            "generation",
            "generations",
            "outputText",
            "completion",
            "outputs",
            "choices",
            "results",
            "output",
            "contentBlockDelta");

    private static final Set<String> SPEAK_LIKE_OPENAI = Set.of("openai.", "mistral.", "deepseek.");
    private static final long MOST_ANSWERS = 128;

    private final boolean stream;

    /** @param stream which the path says, and not the body */
    public BedrockInvoke(boolean stream) {
        this.stream = stream;
    }

    @Override
    public String endpoint() {
        return "invoke";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.BEDROCK;
    }

    @Override
    public @Nullable EventSplitter splitter(String contentType) {
        return FrameSplitter.of(contentType);
    }

    @Override
    public RequestFacts read(RequestBody body) {
        RequestFacts facts = isAnthropic(body) ? AnthropicMessages.facts(body) : ofOthers(body);
        return facts.served(stream, null);
    }

    @Override
    public RequestFacts read(RequestBody body, Function<String, @Nullable String> header) {
        return read(body).served(stream, RequestFacts.dearer(header.apply(TIER), header.apply(LATENCY)));
    }

    /** A profile of one's own does not say whose model it is, so its body does. */
    private static boolean isAnthropic(RequestBody body) {
        String model = body.model();
        return body.has("anthropic_version") && (model.contains("anthropic.") || model.startsWith("arn:"));
    }

    /** A prompt is its bytes; messages may refer to pictures and films in ways that only their maker knows. */
    private static RequestFacts ofOthers(RequestBody body) {
        return new RequestFacts(
                body,
                body.model(),
                false,
                body.has("messages") ? TokenBound.UNBOUNDED : body.tokenBound(),
                true,
                RequestFacts.estimate(body.textBytes("messages", "system", "prompt", "inputText", "tools")),
                maxOutput(body),
                0,
                answers(body),
                null,
                true);
    }

    /** By the name that the maker has for it; another maker's name would bound nothing. */
    private static @Nullable Long maxOutput(RequestBody body) {
        String model = body.model();
        if (model.contains("meta.llama")) {
            return body.wholeNumber("max_gen_len");
        }
        return SPEAK_LIKE_OPENAI.stream().anyMatch(model::contains)
                ? body.wholeNumber("max_completion_tokens", "max_tokens")
                : null;
    }

    private static long answers(RequestBody body) {
        Long answers = body.wholeNumber("n", "num_generations", "numResults");
        if (answers != null && (answers < 1 || answers > MOST_ANSWERS)) {
            throw new BadRequest("the number of answers must be between 1 and " + MOST_ANSWERS);
        }
        return answers == null ? 1 : answers;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new InvokeMeter(facts);
    }

    private static final class InvokeMeter implements Meter {

        private final RequestFacts facts;
        private final Meter anthropic;
        private final ObjectNode headers = JsonMapper.shared().createObjectNode();
        private JsonNode metrics = MissingNode.getInstance();
        private @Nullable String tier;
        private long otherBytes;
        private End end = End.OPEN;

        InvokeMeter(RequestFacts facts) {
            this.facts = facts.withoutBody();
            this.anthropic = new AnthropicMessages().meter(facts);
        }

        @Override
        public void head(Function<String, @Nullable String> header) {
            COUNTS.forEach((name, from) -> {
                String text = header.apply(from);
                if (text != null) {
                    headers.set(name, Json.parse(text));
                }
            });
            tier = joined(header.apply(TIER), header.apply(LATENCY));
        }

        private static @Nullable String joined(@Nullable String... tiers) {
            String all = Stream.of(tiers).filter(Objects::nonNull).collect(Collectors.joining("+"));
            return all.isEmpty() ? null : all;
        }

        @Override
        public void body(byte[] body) {
            anthropic.body(body);
            otherBytes += textOf(Json.parse(body, TEXTS));
        }

        @Override
        public Pass event(SseEvent event) {
            return switch (event.name()) {
                case "chunk" -> chunk(event);
                case FrameSplitter.EXCEPTION -> {
                    end = End.FAILED;
                    yield Pass.PERHAPS_LAST;
                }
                default -> Pass.ON;
            };
        }

        private Pass chunk(SseEvent event) {
            String json = unpacked(event.data());
            JsonNode chunk = Json.parse(json);
            otherBytes += textOf(chunk);
            Pass pass =
                    anthropic.event(new SseEvent(event.raw(), chunk.path("type").asString(""), json));
            if (!chunk.path(METRICS).isMissingNode()) {
                metrics = chunk.path(METRICS);
                pass = Pass.LAST;
            }
            if (pass == Pass.LAST) {
                end = End.COMPLETE;
            }
            return pass;
        }

        private static String unpacked(String payload) {
            try {
                byte[] bytes = Base64.getDecoder()
                        .decode(Json.parse(payload).path("bytes").asString(""));
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }

        private static long textOf(JsonNode answer) {
            return TEXTS.stream()
                    .mapToLong(name -> Json.textBytes(answer.path(name)))
                    .sum();
        }

        @Override
        public Reading reading() {
            Reading said = anthropic.reading();
            boolean exact = said.usage().status() != Usage.Status.UNKNOWN;
            JsonNode counts = metrics.isObject() ? metrics : headers;
            Usage usage = exact || counts.isEmpty() ? said.usage() : Usages.bedrock(counts);
            return new Reading(
                    BedrockModel.served(facts, said.model()),
                    joined(tier, said.serviceTier()),
                    usage,
                    exact ? said.rounds() : List.of(),
                    said.outputBytes() + otherBytes,
                    end == End.OPEN ? said.end() : end);
        }
    }
}
