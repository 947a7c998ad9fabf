package ai.costauditor.gateway.stub;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A form with files as if it were JSON: texts under their names, yes, no and numbers as such, and of each file its size. It
 * is read the short way, since a gateway has looked at it before.
 */
final class StubForm {

    /** How many files there are, and how many bytes they have. */
    static final String FILES = "_files";

    static final String BYTES = "_bytes";

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");
    private static final Pattern NAME = Pattern.compile("; *name=\"([^\"]*)\"");

    private StubForm() {}

    /** @return nothing if it is no form */
    static @Nullable JsonNode parse(byte[] body, String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return null;
        }
        ObjectNode form = JsonMapper.shared().createObjectNode();
        int files = 0;
        int bytes = 0;
        // one character for each byte, so that sizes are those of the bytes
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (String part : text.split(Pattern.quote("--" + boundary.group(1)), -1)) {
            int head = part.indexOf("\r\n\r\n");
            Matcher name = NAME.matcher(head < 0 ? "" : part.substring(0, head));
            if (!name.find()) {
                continue;
            }
            String value = part.substring(head + 4, part.length() - 2);
            if (part.substring(0, head).contains("filename=")) {
                files++;
                bytes += value.length();
            } else {
                put(
                        form,
                        name.group(1),
                        new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            }
        }
        return form.put(FILES, files).put(BYTES, bytes);
    }

    private static void put(ObjectNode form, String name, String value) {
        if (value.matches("true|false")) {
            form.put(name, Boolean.parseBoolean(value));
        } else if (value.matches("\\d{1,9}")) {
            form.put(name, Integer.parseInt(value));
        } else {
            form.put(name, value);
        }
    }
}
