package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the formats need it. What a provider sends is never a reason to fail: what cannot be read is missing. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static JsonNode parse(byte[] bytes, int from, int length) {
        try {
            JsonNode root = MAPPER.readTree(bytes, from, length);
            return root == null ? MissingNode.getInstance() : root;
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    static JsonNode parse(String text) {
        try {
            JsonNode root = MAPPER.readTree(text);
            return root == null ? MissingNode.getInstance() : root;
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /** The wanted fields of a large object; the others (vectors, images) are passed over without keeping them. */
    static JsonNode parse(byte[] bytes, Set<String> wanted) {
        ObjectNode picked = MAPPER.createObjectNode();
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return MissingNode.getInstance();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (wanted.contains(name)) {
                    picked.set(name, parser.<JsonNode>readValueAsTree());
                } else {
                    parser.skipChildren();
                }
            }
            return picked;
        } catch (JacksonException e) {
            return picked;
        }
    }

    /**
     * The wanted properties of each object in a list of a request.
     *
     * @throws BadRequest if one of them occurs twice in an object
     */
    static List<JsonNode> objects(byte[] bytes, int from, int length, Set<String> wanted) {
        List<JsonNode> objects = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(bytes, from, length)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    objects.add(pick(parser, wanted));
                } else {
                    parser.skipChildren();
                }
            }
        }
        return objects;
    }

    private static ObjectNode pick(JsonParser parser, Set<String> wanted) {
        ObjectNode picked = MAPPER.createObjectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (!wanted.contains(name)) {
                parser.skipChildren();
            } else if (picked.replace(name, parser.<JsonNode>readValueAsTree()) != null) {
                throw new BadRequest("the parameter '" + name + "' occurs twice");
            }
        }
        return picked;
    }

    /** How many elements a list in a large object has; 0 if it is not there. */
    static int length(byte[] bytes, String list) {
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return 0;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = list.equals(parser.currentName());
                if (parser.nextToken() == JsonToken.START_ARRAY && found) {
                    int count = 0;
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                        count++;
                    }
                    return count;
                }
                parser.skipChildren();
            }
            return 0;
        } catch (JacksonException e) {
            return 0;
        }
    }

    /**
     * The wanted properties of an object within a request.
     *
     * @throws BadRequest if one of them occurs twice
     */
    static JsonNode pick(byte[] bytes, int from, int length, Set<String> wanted) {
        try (JsonParser parser = MAPPER.createParser(bytes, from, length)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? pick(parser, wanted) : MissingNode.getInstance();
        }
    }

    static @Nullable String text(JsonNode node) {
        return node.isString() && !node.stringValue().isEmpty() ? node.stringValue() : null;
    }

    static JsonNode first(JsonNode node, String... names) {
        for (String name : names) {
            JsonNode found = node.path(name);
            if (!found.isMissingNode() && !found.isNull()) {
                return found;
            }
        }
        return MissingNode.getInstance();
    }

    /** UTF-8 bytes of all text below the node, names of fields included. */
    static long textBytes(JsonNode node) {
        if (node.isString()) {
            return utf8Length(node.stringValue());
        }
        long sum = 0;
        for (JsonNode child : node) {
            sum += textBytes(child);
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> property : node.properties()) {
                sum += utf8Length(property.getKey());
            }
        }
        return sum;
    }

    static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
