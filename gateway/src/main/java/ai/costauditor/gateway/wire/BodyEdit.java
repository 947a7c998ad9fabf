package ai.costauditor.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/** Changes one field of a JSON object and not one byte more. */
public final class BodyEdit {

    private static final JsonFactory FACTORY = new JsonFactory();

    private BodyEdit() {}

    /** Asks for the usage at the end of a chat stream. */
    static byte[] includeUsage(byte[] body) {
        try (JsonParser parser = FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), body)) {
            parser.nextToken();
            int open = offset(parser) + 1;
            for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
                boolean wanted = "stream_options".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (!wanted) {
                    parser.skipChildren();
                } else if (value == JsonToken.START_OBJECT) {
                    return insideOptions(body, parser);
                } else {
                    int from = offset(parser);
                    return splice(body, from, from + "null".length(), "{\"include_usage\":true}");
                }
            }
            return splice(body, open, open, "\"stream_options\":{\"include_usage\":true},");
        }
    }

    private static byte[] insideOptions(byte[] body, JsonParser parser) {
        int open = offset(parser) + 1;
        boolean empty = true;
        for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            empty = false;
            boolean wanted = "include_usage".equals(parser.currentName());
            parser.nextToken();
            if (wanted) {
                int from = offset(parser);
                return splice(body, from, from + parser.getString().length(), "true");
            }
            parser.skipChildren();
        }
        return splice(body, open, open, "\"include_usage\":true" + (empty ? "" : ","));
    }

    /** Replaces the value of the top-level field {@code model}, which must be a string without escapes. */
    public static byte[] model(byte[] body, String from, String to) {
        try (JsonParser parser = FACTORY.createParser(tools.jackson.core.ObjectReadContext.empty(), body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = "model".equals(parser.currentName());
                parser.nextToken();
                if (wanted) {
                    int at = offset(parser) + 1;
                    return splice(body, at, at + from.getBytes(StandardCharsets.UTF_8).length, to);
                }
                parser.skipChildren();
            }
            return body;
        }
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static byte[] splice(byte[] body, int from, int to, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + text.length());
        out.write(body, 0, from);
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
