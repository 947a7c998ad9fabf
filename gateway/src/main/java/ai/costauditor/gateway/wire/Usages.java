package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns the usage blocks of providers into kinds that never overlap. Numbers that contradict each other are invalid. */
final class Usages {

    /** A block that is larger is no usage block that we know; its numbers are taken, its text is not kept. */
    private static final int LARGEST_EVIDENCE = 8 * 1024;

    /** No call uses more of anything; sums and prices of such numbers stay far from where a long ends. */
    private static final long MOST = 1_000_000_000_000L;

    private static final String[] OPENAI_COUNTS = {
        "prompt_tokens", "input_tokens", "completion_tokens", "output_tokens", "total_tokens"
    };

    private Usages() {}

    /** What a stream that broke off had told on its way is the least that it used; the text that came may say more. */
    static Usage unfinished(Usage told, long outputBytes) {
        if (told.status() != Usage.Status.EXACT) {
            return told;
        }
        long output = told.tokens(TokenKind.OUTPUT)
                + told.tokens(TokenKind.OUTPUT_REASONING)
                + told.tokens(TokenKind.OUTPUT_AUDIO)
                + told.tokens(TokenKind.OUTPUT_IMAGE);
        long missing = (outputBytes == 0 ? 0 : RequestFacts.estimate(outputBytes)) - output;
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        tokens.putAll(told.tokens());
        if (missing > 0) {
            tokens.merge(TokenKind.OUTPUT, missing, Long::sum);
        }
        return new Usage(Usage.Status.ESTIMATED, tokens, told.units(), told.raw(), told.providerCost());
    }

    /** Embeddings have no output, and some name only the total. */
    static Usage embeddings(JsonNode block) {
        return block.hasNonNull("prompt_tokens") || block.hasNonNull("input_tokens")
                ? openAi(block)
                : moved(openAi(block), TokenKind.OUTPUT_REASONING, TokenKind.INPUT);
    }

    /**
     * OpenAI's chat completions, Responses and embeddings, and those who copied them: prompt and completion include what
     * their details name. Where the total is more than prompt and completion, the rest is reasoning that stands outside of
     * the completion (xAI, Gemini in OpenAI's shape). Cache reads and writes may overlap: both are billed. A block that
     * names none of the counts tells nothing, which is not zero.
     */
    static Usage openAi(JsonNode block) {
        if (Json.first(block, OPENAI_COUNTS).isMissingNode()) {
            return Usage.unknown();
        }
        Counts counts = new Counts(block);
        JsonNode in = Json.first(
                block, "prompt_tokens_details", "input_tokens_details", "prompt_token_details", "input_token_details");
        JsonNode out = Json.first(block, "completion_tokens_details", "output_tokens_details");
        long prompt = counts.of(Json.first(block, "prompt_tokens", "input_tokens"));
        long completion = counts.of(Json.first(block, "completion_tokens", "output_tokens"));
        long total = counts.of(block.path("total_tokens"));
        counts.require(total == 0 || total >= prompt + completion);

        long cached = counts.of(
                in.has("cached_tokens")
                        ? in.get("cached_tokens")
                        : Json.first(block, "prompt_cache_hit_tokens", "num_cached_tokens", "cached_tokens"));
        long written = counts.of(Json.first(in, "cache_write_tokens", "cache_creation_tokens"));
        counts.require(cached <= prompt && written <= prompt);
        long rest = Math.max(0, prompt - (cached + written > prompt ? Math.max(cached, written) : cached + written));
        long audio = Math.min(rest, counts.of(in.path("audio_tokens")));
        long image = Math.min(rest - audio, counts.of(in.path("image_tokens")));
        counts.put(TokenKind.INPUT, rest - audio - image);
        counts.put(TokenKind.INPUT_CACHED, cached);
        counts.put(TokenKind.CACHE_WRITE_5M, written);
        counts.put(TokenKind.INPUT_AUDIO, audio);
        counts.put(TokenKind.INPUT_IMAGE, image);

        long reasoning = counts.of(out.path("reasoning_tokens"));
        long audioOut = counts.of(out.path("audio_tokens"));
        long imageOut = counts.of(out.path("image_tokens"));
        long outside = Math.max(0, total - prompt - completion);
        if (outside > 0) {
            reasoning = Math.max(reasoning, outside);
        } else {
            completion -= reasoning;
        }
        counts.put(TokenKind.OUTPUT, completion - audioOut - imageOut);
        counts.put(TokenKind.OUTPUT_REASONING, reasoning);
        counts.put(TokenKind.OUTPUT_AUDIO, audioOut);
        counts.put(TokenKind.OUTPUT_IMAGE, imageOut);
        return withCost(counts.usage(Usage.Status.EXACT, block.toString()), block.path("cost"));
    }

    /** OpenRouter says what it has taken, in dollars; others have an object there, or nothing. */
    private static Usage withCost(Usage usage, JsonNode cost) {
        return cost.isNumber() && cost.decimalValue().signum() >= 0
                ? new Usage(
                        usage.status(), usage.tokens(), usage.units(), usage.raw(), Money.rounded(cost.decimalValue()))
                : usage;
    }

    /** OpenAI's images: what is made is pixels, unless the details say that some of it is text. */
    static Usage openAiImages(JsonNode block) {
        Usage usage = openAi(block);
        boolean told = block.hasNonNull("output_tokens_details");
        return told ? usage : moved(usage, TokenKind.OUTPUT, TokenKind.OUTPUT_IMAGE);
    }

    /** OpenAI's speech: what is made is sound. */
    static Usage openAiSpeech(JsonNode block) {
        return moved(openAi(block), TokenKind.OUTPUT, TokenKind.OUTPUT_AUDIO);
    }

    /**
     * OpenAI's transcriptions: by tokens, or by seconds of sound. What Mistral bills by seconds names tokens beside them,
     * which cost nothing.
     */
    static Usage transcription(JsonNode block) {
        JsonNode seconds = Json.first(block, "seconds", "prompt_audio_seconds");
        if (seconds.isNumber() && (seconds.decimalValue().signum() > 0 || !block.hasNonNull("total_tokens"))) {
            return seconds(Usage.Status.EXACT, seconds.decimalValue(), block.toString());
        }
        Usage usage = openAi(block);
        boolean told = block.hasNonNull("input_token_details") || block.hasNonNull("input_tokens_details");
        return told ? usage : moved(usage, TokenKind.INPUT, TokenKind.INPUT_AUDIO);
    }

    static Usage seconds(Usage.Status status, BigDecimal seconds, @Nullable String evidence) {
        Usage.Status sane = seconds.signum() < 0 ? Usage.Status.INVALID : status;
        return new Usage(sane, Map.of(), Map.of("audio_seconds", seconds), evidence);
    }

    private static Usage moved(Usage usage, TokenKind from, TokenKind to) {
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        tokens.putAll(usage.tokens());
        Long count = tokens.remove(from);
        if (count != null) {
            tokens.merge(to, count, Long::sum);
        }
        return new Usage(usage.status(), tokens, usage.units(), usage.raw(), usage.providerCost());
    }

    /** The same with units that stand elsewhere in the answer. */
    static Usage with(Usage usage, Map<String, Long> more) {
        Map<String, BigDecimal> units = new TreeMap<>(usage.units());
        more.forEach((unit, count) -> {
            if (count > 0) {
                units.merge(unit, BigDecimal.valueOf(count), BigDecimal::add);
            }
        });
        return new Usage(usage.status(), usage.tokens(), units, usage.raw(), usage.providerCost());
    }

    /**
     * Anthropic's messages: input excludes cache reads and writes; a write whose life is not named lives five minutes.
     *
     * @param status exact, or unknown if the block is only what came before the answer broke off
     */
    static Usage anthropic(JsonNode block, Usage.Status status, @Nullable String evidence) {
        Counts counts = new Counts(block);
        JsonNode creation = block.path("cache_creation");
        long fiveMinutes = counts.of(creation.path("ephemeral_5m_input_tokens"));
        long oneHour = counts.of(creation.path("ephemeral_1h_input_tokens"));
        if (block.hasNonNull("cache_creation_input_tokens")) {
            // the end of a stream repeats only the sum, which may have changed; the split stands at its start
            long written = counts.of(block.path("cache_creation_input_tokens"));
            oneHour = Math.min(oneHour, written);
            fiveMinutes = written - oneHour;
        }
        counts.put(TokenKind.INPUT, counts.of(block.path("input_tokens")));
        counts.put(TokenKind.INPUT_CACHED, counts.of(block.path("cache_read_input_tokens")));
        counts.put(TokenKind.CACHE_WRITE_5M, fiveMinutes);
        counts.put(TokenKind.CACHE_WRITE_1H, oneHour);
        if (status == Usage.Status.EXACT) {
            long output = counts.of(block.path("output_tokens"));
            long thoughts = Math.min(output, counts.of(block.at("/output_tokens_details/thinking_tokens")));
            counts.put(TokenKind.OUTPUT, output - thoughts);
            counts.put(TokenKind.OUTPUT_REASONING, thoughts);
            counts.unit("web_searches", counts.of(block.at("/server_tool_use/web_search_requests")));
            counts.unit("web_fetches", counts.of(block.at("/server_tool_use/web_fetch_requests")));
        }
        return counts.usage(status, evidence);
    }

    /**
     * Gemini's answers: the prompt includes cached content; what tools fed to the model and the thoughts stand outside.
     * Where the total is more than the parts that are named, the rest is output. The details by modality may not add up:
     * the counts of the whole hold, and video and documents cost what text costs.
     */
    static Usage gemini(JsonNode block, Usage.Status status) {
        Counts counts = new Counts(block);
        long prompt = counts.of(block.path("promptTokenCount"));
        long cached = counts.of(block.path("cachedContentTokenCount"));
        long fed = counts.of(block.path("toolUsePromptTokenCount"));
        long candidates = counts.of(Json.first(block, "candidatesTokenCount", "responseTokenCount"));
        long thoughts = counts.of(block.path("thoughtsTokenCount"));
        long total = counts.of(block.path("totalTokenCount"));
        counts.require(cached <= prompt + fed && (total == 0 || total >= prompt + candidates));

        long rest = prompt - cached + fed;
        long audio = Math.min(rest, counts.inputOf("AUDIO", block));
        long image = Math.min(rest - audio, counts.inputOf("IMAGE", block));
        counts.put(TokenKind.INPUT, rest - audio - image);
        counts.put(TokenKind.INPUT_CACHED, cached);
        counts.put(TokenKind.INPUT_AUDIO, audio);
        counts.put(TokenKind.INPUT_IMAGE, image);

        long unnamed = Math.max(0, total - prompt - fed - candidates - thoughts);
        boolean named = block.hasNonNull("candidatesTokenCount") || block.hasNonNull("responseTokenCount");
        long output = named ? candidates : unnamed;
        JsonNode details = Json.first(block, "candidatesTokensDetails", "responseTokensDetails");
        long imageOut = Math.min(output, counts.modality("IMAGE", details));
        long audioOut = Math.min(output - imageOut, counts.modality("AUDIO", details));
        counts.put(TokenKind.OUTPUT, output - imageOut - audioOut);
        counts.put(TokenKind.OUTPUT_REASONING, thoughts + (named ? unnamed : 0));
        counts.put(TokenKind.OUTPUT_AUDIO, audioOut);
        counts.put(TokenKind.OUTPUT_IMAGE, imageOut);
        return counts.usage(status, block.toString());
    }

    /**
     * Bedrock's Converse, and the counts that it puts beside whatever a model answers: input excludes cache reads and
     * writes; a write whose life is not named lives five minutes. A count of the input that is missing is no zero.
     */
    static Usage bedrock(JsonNode block) {
        Counts counts = new Counts(block);
        JsonNode read = Json.first(block, "inputTokens", "inputTokenCount");
        long input = counts.of(read);
        long output = counts.of(Json.first(block, "outputTokens", "outputTokenCount"));
        long total = counts.of(block.path("totalTokens"));
        counts.require(!read.isMissingNode() && (total == 0 || total >= input + output));

        long oneHour = 0;
        long named = 0;
        for (JsonNode detail : block.path("cacheDetails")) {
            long written = counts.of(detail.path("inputTokens"));
            named += written;
            oneHour += "1h".equals(detail.path("ttl").asString("")) ? written : 0;
        }
        JsonNode sum = Json.first(block, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
        long written = sum.isMissingNode() ? named : counts.of(sum);
        counts.put(TokenKind.INPUT, input);
        counts.put(
                TokenKind.INPUT_CACHED,
                counts.of(Json.first(block, "cacheReadInputTokens", "cacheReadInputTokenCount")));
        counts.put(TokenKind.CACHE_WRITE_5M, written - oneHour);
        counts.put(TokenKind.CACHE_WRITE_1H, oneHour);
        counts.put(TokenKind.OUTPUT, output);
        // tools that ran at Amazon are billed apart: what has no price makes the charge unpriced, not free
        block.path("serverToolUsage")
                .propertyStream()
                .forEach(tool -> counts.unit(tool.getKey(), counts.of(tool.getValue())));
        return counts.usage(Usage.Status.EXACT, block.toString());
    }

    /** Collects kinds; a count that is negative or no number makes the whole block invalid. */
    private static final class Counts {

        private final Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        private final Map<String, BigDecimal> units = new TreeMap<>();
        private boolean valid;

        Counts(JsonNode block) {
            valid = block.isObject();
        }

        long of(JsonNode node) {
            if (node.isMissingNode() || node.isNull()) {
                return 0;
            }
            boolean number = node.isNumber()
                    && node.canConvertToExactIntegral()
                    && node.canConvertToLong()
                    && Math.abs(node.asLong()) <= MOST;
            require(number);
            return number ? node.asLong() : 0;
        }

        long modality(String name, JsonNode details) {
            long sum = 0;
            for (JsonNode detail : details) {
                sum += name.equals(detail.path("modality").asString("")) ? of(detail.path("tokenCount")) : 0;
            }
            return sum;
        }

        /** Of what was not cached: cached sound costs what all cached content costs. */
        long inputOf(String modality, JsonNode block) {
            long prompt = modality(modality, block.path("promptTokensDetails"));
            long cached = modality(modality, block.path("cacheTokensDetails"));
            return Math.max(0, prompt - cached) + modality(modality, block.path("toolUsePromptTokensDetails"));
        }

        void require(boolean sane) {
            valid &= sane;
        }

        void put(TokenKind kind, long count) {
            require(count >= 0);
            if (count > 0) {
                tokens.put(kind, count);
            }
        }

        void unit(String name, long count) {
            require(count >= 0);
            if (count > 0) {
                units.put(name, BigDecimal.valueOf(count));
            }
        }

        Usage usage(Usage.Status status, @Nullable String evidence) {
            String kept = evidence == null || evidence.length() > LARGEST_EVIDENCE ? null : evidence;
            return new Usage(valid ? status : Usage.Status.INVALID, tokens, units, kept);
        }
    }

    private static Usage.Status worse(Usage.Status one, Usage.Status other) {
        return one.ordinal() > other.ordinal() ? one : other;
    }

    /** The sum of rounds, with the evidence of the whole. */
    static Usage sum(Iterable<Usage> rounds, @Nullable String evidence) {
        Usage.Status status = Usage.Status.EXACT;
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        Map<String, BigDecimal> units = new TreeMap<>();
        for (Usage round : rounds) {
            status = worse(status, round.status());
            round.tokens().forEach((kind, count) -> tokens.merge(kind, count, Long::sum));
            round.units().forEach((unit, count) -> units.merge(unit, count, BigDecimal::add));
        }
        return new Usage(status, tokens, units, evidence);
    }
}
