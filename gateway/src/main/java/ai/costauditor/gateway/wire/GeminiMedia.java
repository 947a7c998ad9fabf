package ai.costauditor.gateway.wire;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamContext;

/**
 * Images, sound and files in Gemini's contents, where the name of a field says what it is. An image is cut into tiles of at
 * least 256 pixels a side and 258 tokens each (ai.google.dev/gemini-api/docs/tokens), or costs a sum of tokens that its
 * resolution names, at most 2,240 (docs/media-resolution); what lasts or has pages is bounded by the model's window.
 */
final class GeminiMedia {

    private static final Set<String> CONTENT =
            Set.of("contents", "content", "requests", "systemInstruction", "system_instruction");
    private static final Set<String> INLINE = Set.of("inlineData", "inline_data");
    private static final Set<String> MIME_TYPE = Set.of("mimeType", "mime_type");
    private static final Set<String> FILE = Set.of("fileUri", "file_uri");

    /** What the caller's own functions take and give is text, whatever its fields are called. */
    private static final Set<String> TEXT_ONLY = Set.of("args", "response");

    private static final long TILE = 256;
    private static final long OF_A_TILE = 258;
    private static final long OF_A_SMALL_IMAGE = 4_096;

    private GeminiMedia() {}

    static boolean holdsContent(String field) {
        return CONTENT.contains(field);
    }

    /**
     * @param at the place of a string
     * @return more tokens than a model can read of what it is or refers to; 0 if it is only text
     */
    static long bound(TokenStreamContext at, String text) {
        String name = at.currentName();
        if (name == null || isTextOnly(at)) {
            return 0;
        }
        if (FILE.contains(name)) {
            return TokenBound.UNBOUNDED;
        }
        if (!isInline(at)) {
            return 0;
        }
        if (MIME_TYPE.contains(name)) {
            return text.startsWith("image/") ? 0 : TokenBound.UNBOUNDED;
        }
        return name.equals("data") ? ofData(text) : 0;
    }

    private static boolean isInline(TokenStreamContext at) {
        TokenStreamContext parent = at.getParent();
        return parent != null && parent.currentName() != null && INLINE.contains(parent.currentName());
    }

    private static boolean isTextOnly(TokenStreamContext at) {
        for (@Nullable TokenStreamContext each = at.getParent(); each != null; each = each.getParent()) {
            if (each.currentName() != null && TEXT_ONLY.contains(each.currentName())) {
                return true;
            }
        }
        return false;
    }

    private static long ofData(String base64) {
        return ImageSize.of(base64)
                .map(size ->
                        Math.max(OF_A_SMALL_IMAGE, OF_A_TILE * (size.width() / TILE + 1) * (size.height() / TILE + 1)))
                .orElse(TokenBound.UNBOUNDED);
    }
}
