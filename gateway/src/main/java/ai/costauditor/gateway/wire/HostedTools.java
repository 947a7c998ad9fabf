package ai.costauditor.gateway.wire;

import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Tools that a provider runs itself: searches, code, servers of others. Their results change with time, and what they do is
 * done once for each request. What is not known to be a function of the client counts as one of them.
 */
public final class HostedTools {

    private static final Set<String> TYPES_OF_CLIENTS = Set.of("function", "custom");

    /** Of the functions of OpenAI's formats, Anthropic's and Gemini's. */
    private static final Set<String> PARTS_OF_FUNCTIONS = Set.of(
            "type",
            "name",
            "description",
            "function",
            "custom",
            "format",
            "parameters",
            "strict",
            "input_schema",
            "input_examples",
            "cache_control",
            "functionDeclarations",
            "function_declarations");

    private static final Set<String> FIELDS = Set.of(
            "web_search_options",
            "search_parameters",
            "plugins",
            "data_sources",
            "dataSources",
            "mcp_servers",
            "container");

    /** OpenAI's models for search and research, Perplexity's, OpenRouter's suffix, Groq's systems. */
    private static final Pattern MODELS_WITH_TOOLS =
            Pattern.compile("-search-(preview|api)|-deep-research|(^|[/-])sonar|[:-]online$|(^|/)compound(-|$)");

    private HostedTools() {}

    /** Whether the model has tools without being given any: it searches in every call. */
    public static boolean runIn(String model) {
        return MODELS_WITH_TOOLS.matcher(model).find();
    }

    static boolean in(RequestBody body) {
        return FIELDS.stream().anyMatch(body::has)
                || !TYPES_OF_CLIENTS.containsAll(body.types("tools"))
                || !PARTS_OF_FUNCTIONS.containsAll(body.names("tools"))
                || !isOfClients(body);
    }

    /** Bedrock's shape; Gemini's field of that name has no tools in it. */
    private static boolean isOfClients(RequestBody body) {
        if (!body.has("toolConfig")) {
            return true;
        }
        JsonNode config = body.small("toolConfig");
        for (JsonNode tool : config.path("tools")) {
            if (!tool.has("toolSpec") && !tool.has("cachePoint")) {
                return false;
            }
        }
        return config.isObject();
    }
}
