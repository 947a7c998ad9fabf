package ai.costauditor.gateway.wire;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The files that a request names: their content becomes part of what a model reads. */
public final class FileReferences {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> NAMES = Set.of("file_id", "file_ids");
    private static final byte[] NAME = {'f', 'i', 'l', 'e', '_', 'i', 'd'};

    private FileReferences() {}

    public static Set<String> in(RequestBody body) {
        Set<String> found = new LinkedHashSet<>();
        if (!mayNameOne(body.bytes())) {
            return found;
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body.bytes())) {
            boolean inList = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String name = parser.currentName();
                boolean named = name != null && NAMES.contains(name);
                if (token.isStructStart()) {
                    inList = token == JsonToken.START_ARRAY && named;
                } else if (token.isStructEnd()) {
                    inList = false;
                } else if (token == JsonToken.VALUE_STRING && (named || inList)) {
                    found.add(parser.getString());
                }
            }
        } catch (JacksonException e) {
            throw new BadRequest("the request body is not JSON that can be read");
        }
        return found;
    }

    /** A name can be written with escapes. */
    private static boolean mayNameOne(byte[] body) {
        for (int at = 0; at + 1 < body.length; at++) {
            if (body[at] == '\\' && body[at + 1] == 'u' || body[at] == 'f' && isName(body, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isName(byte[] body, int at) {
        return at + NAME.length <= body.length
                && java.util.Arrays.equals(body, at, at + NAME.length, NAME, 0, NAME.length);
    }
}
