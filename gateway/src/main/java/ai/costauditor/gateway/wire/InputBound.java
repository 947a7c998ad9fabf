package ai.costauditor.gateway.wire;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An upper bound of the tokens that a model reads. A token of a byte-level tokeniser has at least one byte, so text is
 * bounded by its UTF-8 bytes; each object may add a few tokens of structure; images are bounded by the dearest rule of the
 * providers that we know (OpenAI's {@code gpt-4o-mini} counts up to 36,835 tokens for one image in high detail); where the
 * content is not in the request at all, the model's window is the bound.
 */
final class InputBound {

    private static final long TOKENS_PER_OBJECT = 8;
    private static final long TOKENS_PER_IMAGE = 40_000;
    private static final Set<String> IMAGES = Set.of("image_url", "input_image", "image");
    private static final Set<String> UNKNOWABLE = Set.of(
            "file",
            "input_file",
            "document",
            "input_audio",
            "video",
            "container_upload",
            "file_search",
            "web_search",
            "web_search_preview",
            "code_interpreter",
            "mcp",
            "computer_use_preview",
            "item_reference",
            "web_search_20250305",
            "web_fetch_20250910",
            "code_execution_20250522");

    private InputBound() {}

    static long of(JsonNode... parts) {
        long sum = 64;
        for (JsonNode part : parts) {
            sum = add(sum, bound(part));
        }
        return sum;
    }

    private static long bound(JsonNode node) {
        if (node.isString()) {
            return Json.utf8Length(node.stringValue());
        }
        if (node.isObject()) {
            String type = node.path("type").asString("");
            if (UNKNOWABLE.contains(type)) {
                return Long.MAX_VALUE;
            }
            if (IMAGES.contains(type)) {
                return TOKENS_PER_IMAGE;
            }
        }
        long sum = node.isObject() ? TOKENS_PER_OBJECT : node.isValueNode() ? 8 : 0;
        for (JsonNode child : node) {
            sum = add(sum, bound(child));
        }
        if (node.isObject()) {
            for (var property : node.properties()) {
                sum = add(sum, Json.utf8Length(property.getKey()));
            }
        }
        return sum;
    }

    private static long add(long a, long b) {
        return a == Long.MAX_VALUE || b == Long.MAX_VALUE ? Long.MAX_VALUE : a + b;
    }
}
