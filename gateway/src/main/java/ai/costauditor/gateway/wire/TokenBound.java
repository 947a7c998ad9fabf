package ai.costauditor.gateway.wire;

import java.util.Set;

/**
 * An upper bound of the tokens that a model reads. A token of a byte-level tokeniser has at least one byte, so text is
 * bounded by its UTF-8 bytes, names of fields included; each object may add a few tokens of structure; images are bounded
 * by the dearest rule that we know (OpenAI's {@code gpt-4o-mini}: 2,833 tokens and 5,667 for each of at most 8 tiles);
 * where the content is not in the request at all, the model's window is the bound.
 */
final class TokenBound {

    static final long UNBOUNDED = Long.MAX_VALUE / 4;
    static final long OF_A_CALL = 64;
    static final long OF_AN_OBJECT = 8;
    static final long OF_A_VALUE = 8;
    static final long OF_AN_IMAGE = 50_000;

    /** Descriptions that a provider adds for a tool of its own that the client runs (computer use, shell, editor). */
    private static final long OF_A_KNOWN_TOOL = 4_096;

    private static final Set<String> CONTENT = Set.of("messages", "input", "system");
    private static final Set<String> IMAGES = Set.of("image_url", "input_image", "image");
    private static final Set<String> ELSEWHERE =
            Set.of("file", "input_file", "document", "input_audio", "video_url", "container_upload", "item_reference");
    private static final Set<String> DATA = Set.of("url", "image_url", "data", "file_data");
    private static final Set<String> TOOL_CALLS = Set.of(
            "tool_use", "server_tool_use", "mcp_tool_use", "function", "function_call", "custom_tool_call", "mcp_call");
    private static final Set<String> PLAIN_TOOLS = Set.of("function", "custom");

    private TokenBound() {}

    /** Fields in which images and files may stand, so that {@code type} says what an object is. */
    static boolean holdsContent(String field) {
        return CONTENT.contains(field);
    }

    /** Pixels and the like, which are bounded by the object that they stand in; a model reads none of it as text. */
    static boolean isData(String property, String text) {
        return DATA.contains(property) && (text.startsWith("data:") || text.length() > 1024);
    }

    /** What the model wrote itself and reads again: text, whatever its fields are called. */
    static boolean isToolCall(String type) {
        return TOOL_CALLS.contains(type);
    }

    static boolean isImage(String type) {
        return IMAGES.contains(type);
    }

    static boolean isElsewhere(String type) {
        return ELSEWHERE.contains(type);
    }

    /** What tools add to their own text: those that the provider runs feed what they find back to the model. */
    static long ofTools(Iterable<String> types) {
        long sum = 0;
        for (String type : types) {
            if (!PLAIN_TOOLS.contains(type)) {
                sum = plus(sum, isRunByTheClient(type) ? OF_A_KNOWN_TOOL : UNBOUNDED);
            }
        }
        return sum;
    }

    private static boolean isRunByTheClient(String type) {
        return type.startsWith("bash_")
                || type.startsWith("text_editor_")
                || type.startsWith("computer_2")
                || type.startsWith("memory_")
                || type.equals("local_shell")
                || type.equals("apply_patch")
                || type.equals("shell");
    }

    static long plus(long a, long b) {
        return Math.min(UNBOUNDED, a + b);
    }
}
