package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Turns the usage blocks of providers into kinds that never overlap. */
final class Usages {

    private Usages() {}

    /**
     * OpenAI's chat completions and embeddings, and those who copied them: prompt and completion include what their details
     * name. Reasoning stands outside of the completion where the total says so (xAI, Gemini's OpenAI shape).
     */
    static Usage openAi(JsonNode block) {
        JsonNode in = first(block, "prompt_tokens_details", "input_tokens_details", "prompt_token_details");
        JsonNode out = first(block, "completion_tokens_details", "output_tokens_details");
        long prompt = Json.count(first(block, "prompt_tokens", "input_tokens"));
        long completion = Json.count(first(block, "completion_tokens", "output_tokens"));
        long cached = Json.count(
                in.has("cached_tokens")
                        ? in.get("cached_tokens")
                        : first(block, "prompt_cache_hit_tokens", "num_cached_tokens"));
        long written = Json.count(first(in, "cache_write_tokens", "cache_creation_tokens"));
        long audioIn = Json.count(in.path("audio_tokens"));
        long imageIn = Json.count(in.path("image_tokens"));
        long reasoning = Json.count(out.path("reasoning_tokens"));
        long audioOut = Json.count(out.path("audio_tokens"));
        long imageOut = Json.count(out.path("image_tokens"));
        long total = Json.count(block.path("total_tokens"));
        long outside = Math.max(0, total - prompt - completion);
        if (outside == 0) {
            completion -= reasoning;
        } else {
            reasoning = Math.max(reasoning, outside);
        }
        Builder usage = new Builder(block);
        boolean overlap = cached + written + audioIn + imageIn > prompt && cached <= prompt && written <= prompt;
        usage.put(
                TokenKind.INPUT, prompt - (overlap ? Math.max(cached, written) : cached + written) - audioIn - imageIn);
        usage.put(TokenKind.INPUT_CACHED, cached);
        usage.put(TokenKind.CACHE_WRITE_5M, written);
        usage.put(TokenKind.INPUT_AUDIO, audioIn);
        usage.put(TokenKind.INPUT_IMAGE, imageIn);
        usage.put(TokenKind.OUTPUT, completion - audioOut - imageOut);
        usage.put(TokenKind.OUTPUT_REASONING, reasoning);
        usage.put(TokenKind.OUTPUT_AUDIO, audioOut);
        usage.put(TokenKind.OUTPUT_IMAGE, imageOut);
        return usage.build();
    }

    /** Anthropic's messages: input excludes cache reads and writes; a write whose life is not named lives five minutes. */
    static Usage anthropic(JsonNode block) {
        JsonNode creation = block.path("cache_creation");
        long written = Json.count(block.path("cache_creation_input_tokens"));
        long oneHour = Json.count(creation.path("ephemeral_1h_input_tokens"));
        long fiveMinutes = Math.max(Json.count(creation.path("ephemeral_5m_input_tokens")), written - oneHour);
        Builder usage = new Builder(block);
        usage.put(TokenKind.INPUT, Json.count(block.path("input_tokens")));
        usage.put(TokenKind.INPUT_CACHED, Json.count(block.path("cache_read_input_tokens")));
        usage.put(TokenKind.CACHE_WRITE_5M, Math.max(0, fiveMinutes));
        usage.put(TokenKind.CACHE_WRITE_1H, oneHour);
        usage.put(TokenKind.OUTPUT, Json.count(block.path("output_tokens")));
        usage.unit("web_searches", Json.count(block.at("/server_tool_use/web_search_requests")));
        return usage.build();
    }

    private static JsonNode first(JsonNode node, String... names) {
        for (String name : names) {
            if (node.hasNonNull(name)) {
                return node.get(name);
            }
        }
        return tools.jackson.databind.node.MissingNode.getInstance();
    }

    /** Collects the kinds; one that is negative makes the whole block invalid. */
    static final class Builder {

        private final Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        private final Map<String, BigDecimal> units = new java.util.TreeMap<>();
        private final String raw;
        private boolean invalid;

        Builder(JsonNode block) {
            raw = block.toString();
        }

        void put(TokenKind kind, long count) {
            invalid |= count < 0;
            if (count > 0) {
                tokens.put(kind, count);
            }
        }

        void unit(String name, long count) {
            invalid |= count < 0;
            if (count > 0) {
                units.put(name, BigDecimal.valueOf(count));
            }
        }

        Usage build() {
            String evidence = raw.length() <= 2000 ? raw : null;
            return new Usage(invalid ? Usage.Status.INVALID : Usage.Status.EXACT, tokens, units, evidence);
        }
    }
}
