package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.Round;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What OpenAI's own tools did while an answer was made, counted from its items: they are billed beside the tokens. A search is
 * one, opening a page is none; a container is one however often code ran in it; images have tokens of their own, at the
 * prices of another model.
 */
final class ToolsRun {

    private static final String USUAL_IMAGES = "gpt-image-1";

    private RequestedTools requested;
    private final Set<String> containers = new HashSet<>();
    private final List<JsonNode> images = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private @Nullable Long searchesTold;
    private JsonNode imagesTold = tools.jackson.databind.node.MissingNode.getInstance();
    private String imageModel;
    private long searches;
    private long fileSearches;

    ToolsRun(RequestedTools requested) {
        this.requested = requested;
        this.imageModel = modelOf(requested.list(), USUAL_IMAGES);
    }

    private static String modelOf(Iterable<JsonNode> offered, String otherwise) {
        for (JsonNode tool : offered) {
            if ("image_generation".equals(tool.path("type").asString(""))
                    && tool.path("model").isString()) {
                return tool.path("model").stringValue();
            }
        }
        return otherwise;
    }

    /** The whole answer, or what the last event of a stream repeats of it. */
    void answer(JsonNode response) {
        JsonNode counted = response.at("/tool_usage/web_search/num_requests");
        searchesTold = counted.isIntegralNumber() ? Long.valueOf(counted.asLong()) : searchesTold;
        JsonNode made = response.at("/tool_usage/image_gen");
        imagesTold = made.path("total_tokens").asLong(0) > 0 ? made : imagesTold;
        if (!response.path("tools").isEmpty()) {
            // the answer repeats them with all that was left to the provider
            requested = RequestedTools.of(response.path("tools"));
            imageModel = modelOf(requested.list(), imageModel);
        }
        response.path("output").forEach(this::item);
    }

    /** One item; the same one comes twice in a stream. */
    void item(JsonNode item) {
        String id = item.path("id").asString("");
        if (!id.isEmpty() && !seen.add(id)) {
            return;
        }
        switch (item.path("type").asString("")) {
            case "web_search_call" ->
                searches += "search".equals(item.at("/action/type").asString("search")) ? 1 : 0;
            case "file_search_call" -> fileSearches++;
            case "code_interpreter_call" -> container(item.path("container_id"));
            case "shell_call" -> container(item.at("/environment/container_id"));
            case "image_generation_call" -> images.add(item);
            default -> {}
        }
    }

    private void container(JsonNode id) {
        if (id.isString()) {
            containers.add(id.stringValue());
        }
    }

    Map<String, Long> units() {
        Map<String, Long> units = new TreeMap<>();
        put(units, requested.searches(), searchesTold == null ? searches : searchesTold);
        put(units, RequestedTools.FILES, fileSearches);
        put(units, requested.containers(), containers.size());
        return units;
    }

    private static void put(Map<String, Long> units, String unit, long count) {
        if (count > 0) {
            units.put(unit, count);
        }
    }

    /** The images, with the model that made them; nothing if there are none. */
    @Nullable Round images() {
        if (!imagesTold.isMissingNode()) {
            return new Round(imageModel, Usages.openAiImages(imagesTold));
        }
        long tokens = images.stream().mapToLong(ToolsRun::tokensOf).sum();
        return tokens == 0
                ? null
                : new Round(
                        imageModel,
                        new Usage(Usage.Status.ESTIMATED, Map.of(TokenKind.OUTPUT_IMAGE, tokens), Map.of(), null));
    }

    private static long tokensOf(JsonNode image) {
        return OpenAiImages.tokensOf(
                image.path("quality").asString("high"), image.path("size").asString(""));
    }
}
