package ai.costauditor.gateway.calls;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Tells by how it begins what an answer is, where its head says something else. */
final class Beginning {

    private Beginning() {}

    static boolean isJson(byte[] body) {
        for (byte b : body) {
            if (b == '{' || b == '[') {
                return true;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** A field of an event, or a comment. */
    static boolean isEvents(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 64), StandardCharsets.UTF_8)
                .replaceFirst("^\\uFEFF", "")
                .stripLeading();
        return Stream.of("data:", "event:", "id:", "retry:", ": ").anyMatch(text::startsWith);
    }
}
