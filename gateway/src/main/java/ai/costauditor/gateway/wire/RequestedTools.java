package ai.costauditor.gateway.wire;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The tools that a request offers to the model, and what those cost that the provider runs itself: at most so many units,
 * for the hold. Where a request sets no limit ({@code max_tool_calls}, {@code max_uses}), {@link #MOST_CALLS} are assumed
 * (decision 20).
 *
 * @param list what is known of each, in the order of the request
 * @param types of all of them
 */
record RequestedTools(List<JsonNode> list, List<String> types) {

    static final long MOST_CALLS = 32;
    static final long MOST_IMAGES = 4;
    static final String SEARCHES = "web_searches";
    static final String PREVIEWS = "web_search_previews";
    static final String FILES = "file_searches";
    static final String IMAGES = "generated_images";
    static final String FETCHES = "web_fetches";
    static final String EXECUTIONS = "code_executions";

    private static final Set<String> WANTED =
            Set.of("type", "max_uses", "container", "environment", "model", "size", "quality");

    /** The tools of a page and of the web run their code without a fee (platform.claude.com, code-execution-tool). */
    private static final Pattern RUNS_CODE_FOR_FREE =
            Pattern.compile("web_(search|fetch)_(20260[2-9]|20261|202[7-9]).*");

    static final RequestedTools NONE = new RequestedTools(List.of(), List.of());

    static RequestedTools of(RequestBody body) {
        return of(body.objects("tools", WANTED));
    }

    static RequestedTools of(JsonNode tools) {
        return of(tools.valueStream().toList());
    }

    private static RequestedTools of(List<JsonNode> list) {
        return new RequestedTools(
                list,
                list.stream()
                        .map(tool -> tool.path("type").asString(""))
                        .filter(type -> !type.isEmpty())
                        .toList());
    }

    /** More than the model can read of what they add. */
    long tokenBound() {
        return TokenBound.ofTools(types);
    }

    /** Of OpenAI's Responses. */
    Map<String, BigDecimal> feesOfOpenAi(RequestBody body) {
        Long limit = body.wholeNumber("max_tool_calls");
        long most = limit == null ? MOST_CALLS : Math.min(limit, 1_000);
        Map<String, BigDecimal> fees = new TreeMap<>();
        for (JsonNode tool : list) {
            String type = tool.path("type").asString("");
            if (type.startsWith("web_search")) {
                put(fees, searchUnit(type), most);
            } else if (type.equals("file_search")) {
                put(fees, FILES, most);
            } else if (type.equals("image_generation")) {
                put(fees, IMAGES, limit == null ? MOST_IMAGES : most);
            } else if (type.equals("code_interpreter") || type.equals("shell")) {
                JsonNode container = Json.first(tool, "container", "environment");
                if (container.path("type").asString("").endsWith("auto")) {
                    put(fees, containerUnit(container), 1);
                }
            }
        }
        return fees;
    }

    static String searchUnit(String type) {
        return type.startsWith("web_search_preview") ? PREVIEWS : SEARCHES;
    }

    /** A container costs by its memory; one that says nothing has a gigabyte. */
    static String containerUnit(JsonNode container) {
        return "containers_" + container.path("memory_limit").asString("1g");
    }

    /** The unit of searches in this request: a preview may cost more. */
    String searches() {
        boolean preview = types.stream().anyMatch(type -> searchUnit(type).equals(PREVIEWS) && type.startsWith("web_"));
        return preview ? PREVIEWS : SEARCHES;
    }

    /** The container that code would run in. */
    String containers() {
        return list.stream()
                .map(tool -> Json.first(tool, "container", "environment"))
                .filter(JsonNode::isObject)
                .map(RequestedTools::containerUnit)
                .findFirst()
                .orElse("containers_1g");
    }

    /** Of Anthropic's messages. */
    Map<String, BigDecimal> feesOfAnthropic() {
        Map<String, BigDecimal> fees = new TreeMap<>();
        for (JsonNode tool : list) {
            String type = tool.path("type").asString("");
            long most = tool.path("max_uses").isIntegralNumber()
                    ? Math.clamp(tool.path("max_uses").asLong(0), 0, 1_000)
                    : MOST_CALLS;
            if (type.startsWith("web_search_")) {
                put(fees, SEARCHES, most);
            } else if (type.startsWith("web_fetch_")) {
                put(fees, FETCHES, most);
            } else if (type.startsWith("code_execution_") && !runsCodeForFree()) {
                put(fees, EXECUTIONS, 1);
            }
        }
        return fees;
    }

    boolean runsCodeForFree() {
        return types.stream().anyMatch(type -> RUNS_CODE_FOR_FREE.matcher(type).matches());
    }

    private static void put(Map<String, BigDecimal> fees, String unit, long most) {
        fees.merge(unit, BigDecimal.valueOf(most), BigDecimal::max);
    }
}
