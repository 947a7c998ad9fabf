package ai.costauditor.gateway.wire;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Gemini's requests have in common. Google reads every field under two names, {@code maxOutputTokens} and {@code
 * max_output_tokens}; a request that has both is refused, since it is not known which one counts.
 */
final class GeminiRequest {

    private static final long MOST_ANSWERS = 128;
    private static final Set<String> CONFIG = Set.of(
            "maxOutputTokens",
            "max_output_tokens",
            "candidateCount",
            "candidate_count",
            "responseModalities",
            "response_modalities");
    private static final Set<String> SELF_CONTAINED = Set.of(
            "model",
            "contents",
            "systemInstruction",
            "system_instruction",
            "tools",
            "toolConfig",
            "tool_config",
            "safetySettings",
            "safety_settings",
            "generationConfig",
            "generation_config",
            "serviceTier",
            "service_tier",
            "labels",
            "store");
    private static final String GROUNDED = "grounded_prompts";
    private static final String MAP_PROMPTS = "map_prompts";
    private static final Set<String> SEARCH =
            Set.of("googleSearch", "google_search", "googleSearchRetrieval", "google_search_retrieval");
    private static final Set<String> MAPS = Set.of("googleMaps", "google_maps");

    /** Up to Gemini 2.5 a prompt that was grounded counts once; later ones count each query (ai.google.dev, pricing). */
    private static final Pattern BILLED_BY_PROMPT = Pattern.compile("^(models/)?gemini-(1|2)");

    private static final Set<String> PLAIN_TOOLS = Set.of("functionDeclarations", "function_declarations");

    /** Parts of an answer can be left out, or packed otherwise, so that nobody could tell what it cost. */
    private static final Set<String> UNREADABLE = Set.of("fields", "callback", "alt");

    private GeminiRequest() {}

    /** @throws BadRequest if the query asks for an answer without its usage, or for one that is not JSON */
    static void check(@Nullable String query) {
        if (query == null) {
            return;
        }
        for (String part : query.split("&", -1)) {
            String name = part.replaceFirst("=.*", "").replaceFirst("^(\\$|%24)", "");
            boolean plain = part.equals("alt=sse") || part.equals("alt=json");
            if (name.contains("%") || UNREADABLE.contains(name) && !plain) {
                throw new BadRequest("the query parameter '" + name + "' cannot be metered, so it is not forwarded");
            }
        }
    }

    static RequestFacts facts(RequestBody body, boolean stream) {
        onlyOneNameOf(body, "systemInstruction", "system_instruction");
        onlyOneNameOf(body, "generationConfig", "generation_config");
        onlyOneNameOf(body, "serviceTier", "service_tier");
        sameModel(body);
        JsonNode config = body.picked(body.has("generationConfig") ? "generationConfig" : "generation_config", CONFIG);
        return new RequestFacts(
                        body,
                        body.model(),
                        stream,
                        input(body),
                        true,
                        estimate(body),
                        speaksText(body.model(), config)
                                ? wholeNumber(config, "maxOutputTokens", "max_output_tokens")
                                : null,
                        0,
                        answers(config),
                        tier(body),
                        true)
                .withFees(fees(body));
    }

    /** Tools of Google's that have a fee. Of a name that stands for the newest model it is not known how it is billed. */
    private static Map<String, BigDecimal> fees(RequestBody body) {
        Set<String> tools = body.names("tools");
        Map<String, BigDecimal> fees = new TreeMap<>();
        if (tools.stream().anyMatch(SEARCH::contains)) {
            boolean byPrompt = BILLED_BY_PROMPT.matcher(body.model()).find();
            boolean newest = body.model().endsWith("-latest");
            if (byPrompt || newest) {
                fees.put(GROUNDED, BigDecimal.ONE);
            }
            if (!byPrompt || newest) {
                fees.put(RequestedTools.SEARCHES, BigDecimal.valueOf(RequestedTools.MOST_CALLS));
            }
        }
        if (tools.stream().anyMatch(MAPS::contains)) {
            fees.put(MAP_PROMPTS, BigDecimal.ONE);
        }
        return fees;
    }

    /** @param answer a candidate, with what it was grounded in */
    static Map<String, Long> groundedBy(JsonNode answer, String model) {
        JsonNode grounding = answer.path("groundingMetadata");
        long queries = grounding.path("webSearchQueries").size();
        boolean byPrompt = BILLED_BY_PROMPT.matcher(model).find();
        boolean maps = grounding.path("groundingChunks").valueStream().anyMatch(chunk -> chunk.has("maps"));
        return Map.of(
                byPrompt ? GROUNDED : RequestedTools.SEARCHES,
                byPrompt ? Math.min(1, queries) : queries,
                MAP_PROMPTS,
                maps ? 1L : 0L);
    }

    static long estimate(RequestBody body) {
        return RequestFacts.estimate(
                body.textBytes("contents", "content", "requests", "systemInstruction", "system_instruction", "tools"));
    }

    /** Tools of Google's find more to read; a field that is not known may refer to what is stored elsewhere, as caches do. */
    private static long input(RequestBody body) {
        boolean allIsHere =
                SELF_CONTAINED.containsAll(body.fields().keySet()) && PLAIN_TOOLS.containsAll(body.names("tools"));
        return allIsHere ? body.tokenBound() : TokenBound.UNBOUNDED;
    }

    /** Images and speech are not known to keep to the limit. */
    private static boolean speaksText(String model, JsonNode config) {
        JsonNode modalities = Json.first(config, "responseModalities", "response_modalities");
        boolean others = modalities.isString()
                ? !isText(modalities)
                : modalities.valueStream().anyMatch(modality -> !isText(modality));
        return !others && !model.contains("image") && !model.contains("tts") && !model.contains("audio");
    }

    private static boolean isText(JsonNode modality) {
        return "TEXT".equals(modality.asString("").toUpperCase(Locale.ROOT));
    }

    private static long answers(JsonNode config) {
        Long count = wholeNumber(config, "candidateCount", "candidate_count");
        if (count != null && count > MOST_ANSWERS) {
            throw new BadRequest("'candidateCount' must be between 1 and " + MOST_ANSWERS);
        }
        return count == null ? 1 : count;
    }

    /** @return none for 0 as well, which is how Google's format says that nothing was said */
    private static @Nullable Long wholeNumber(JsonNode config, String name, String otherName) {
        if (config.hasNonNull(name) && config.hasNonNull(otherName)) {
            throw twoNames(name, otherName);
        }
        JsonNode value = Json.first(config, name, otherName);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw new BadRequest("'" + name + "' must be a whole number that is not negative");
        }
        long number = Math.min(value.asLong(), Long.MAX_VALUE / 1024);
        return number == 0 ? null : number;
    }

    private static @Nullable String tier(RequestBody body) {
        String tier = body.has("serviceTier") ? body.string("serviceTier") : body.string("service_tier");
        return tier == null
                ? null
                : RequestFacts.dearer(tier.toLowerCase(Locale.ROOT).replaceFirst("^service_tier_", ""));
    }

    /** The path decides, so a body that names another model would be priced wrong if it did. */
    static void sameModel(RequestBody body) {
        String named = body.string("model");
        if (named != null && !named.replaceFirst("^models/", "").equals(body.model())) {
            throw new BadRequest("the path and the body name different models");
        }
    }

    private static void onlyOneNameOf(RequestBody body, String... names) {
        if (Arrays.stream(names).filter(body::has).count() > 1) {
            throw twoNames(names[0], names[1]);
        }
    }

    private static BadRequest twoNames(String name, String other) {
        return new BadRequest("'" + name + "' and '" + other + "' are one parameter, which occurs twice");
    }
}
