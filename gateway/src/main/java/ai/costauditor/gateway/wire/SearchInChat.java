package ai.costauditor.gateway.wire;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Searches of the web in chat completions. OpenAI's models for it search in every call and tell nothing of it; xAI tells the
 * sources that it has used, others tell their searches.
 */
final class SearchInChat {

    /** What xAI looks at if nothing is said (docs.x.ai, live-search). */
    private static final long USUAL_SOURCES = 20;

    private SearchInChat() {}

    /** At most. */
    static Map<String, BigDecimal> fees(RequestBody body) {
        Map<String, BigDecimal> fees = new TreeMap<>();
        ofEachCall(body.model()).forEach((unit, count) -> fees.put(unit, BigDecimal.valueOf(count)));
        JsonNode live = body.small("search_parameters");
        if (live.isObject() && !"off".equals(live.path("mode").asString("auto"))) {
            fees.put(
                    "search_sources",
                    BigDecimal.valueOf(live.path("max_search_results").asLong(USUAL_SOURCES)));
        }
        return fees;
    }

    static Map<String, Long> ofEachCall(String model) {
        if (!model.startsWith("gpt-") && !model.startsWith("openai/gpt-")) {
            return Map.of();
        }
        return model.contains("-search-preview")
                ? Map.of(RequestedTools.PREVIEWS, 1L)
                : model.contains("-search-api") ? Map.of(RequestedTools.SEARCHES, 1L) : Map.of();
    }

    /** As far as the usage tells. */
    static Map<String, Long> told(JsonNode usage) {
        Map<String, Long> units = new TreeMap<>();
        units.put("search_sources", Math.max(0, usage.path("num_sources_used").asLong(0)));
        units.put(
                RequestedTools.SEARCHES,
                Math.max(0, usage.at("/server_tool_use/web_search_requests").asLong(0)));
        return units;
    }
}
