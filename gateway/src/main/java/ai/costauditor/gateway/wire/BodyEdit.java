package ai.costauditor.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Changes single values of a request body and not one byte more. */
public final class BodyEdit {

    private static final JsonFactory FACTORY = new JsonFactory();

    private record Splice(int from, int to, byte[] text) {}

    private final RequestBody body;
    private final List<Splice> splices = new ArrayList<>(2);

    public BodyEdit(RequestBody body) {
        this.body = body;
    }

    /** Names another model. */
    public void model(String name) {
        RequestBody.Field field = body.fields().get("model");
        if (field != null) {
            String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(name)) + '"';
            splice(field.from(), field.to(), body.isForm() ? name : quoted);
        }
    }

    /** Replaces a number under the first of the names that is there; else adds it under the last of them. */
    void number(long value, String... names) {
        for (String name : names) {
            RequestBody.Field field = body.fields().get(name);
            if (field != null) {
                splice(field.from(), field.to(), Long.toString(value));
                return;
            }
        }
        int open = indexOf('{', 0) + 1;
        splice(open, open, "\"" + names[names.length - 1] + "\":" + value + ",");
    }

    /** Asks for the usage at the end of a chat stream. Options that are no object are the provider's to refuse. */
    void includeUsage() {
        RequestBody.Field options = body.fields().get("stream_options");
        if (options == null) {
            int open = indexOf('{', 0) + 1;
            splice(open, open, "\"stream_options\":{\"include_usage\":true},");
        } else if (options.token() == JsonToken.VALUE_NULL) {
            splice(options.from(), options.to(), "{\"include_usage\":true}");
        } else if (options.token() == JsonToken.START_OBJECT) {
            includeUsageIn(options);
        }
    }

    private void includeUsageIn(RequestBody.Field options) {
        int length = options.to() - options.from();
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), body.bytes(), options.from(), length)) {
            parser.nextToken();
            boolean empty = true;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                empty = false;
                boolean wanted = "include_usage".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (wanted && value.isScalarValue()) {
                    int from = options.from() + RequestBody.offset(parser);
                    parser.getString();
                    splice(from, options.from() + (int) parser.currentLocation().getByteOffset(), "true");
                    return;
                }
                parser.skipChildren();
            }
            splice(options.from() + 1, options.from() + 1, "\"include_usage\":true" + (empty ? "" : ","));
        }
    }

    private int indexOf(char wanted, int from) {
        int at = from;
        while (body.bytes()[at] != wanted) {
            at++;
        }
        return at;
    }

    private void splice(int from, int to, String text) {
        splices.add(new Splice(from, to, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same array if nothing was changed. */
    public byte[] bytes() {
        byte[] bytes = body.bytes();
        if (splices.isEmpty()) {
            return bytes;
        }
        splices.sort(Comparator.comparingInt(Splice::from));
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 64);
        int done = 0;
        for (Splice splice : splices) {
            out.write(bytes, done, splice.from - done);
            out.writeBytes(splice.text);
            done = splice.to;
        }
        out.write(bytes, done, bytes.length - done);
        return out.toByteArray();
    }
}
