package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** JSON as the formats need it. */
public final class Json {

    /** Two values for one name are refused: the provider might read the other one. */
    private static final JsonMapper REQUESTS = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(200)
                            .maxStringLength(64 * 1024 * 1024)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private static final JsonMapper ANSWERS = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(64 * 1024 * 1024)
                            .build())
                    .build())
            .build();

    private Json() {}

    static JsonNode request(byte[] body) {
        try {
            JsonNode root = REQUESTS.readTree(body);
            if (root == null || !root.isObject()) {
                throw new BadRequest("the request body is not a JSON object");
            }
            return root;
        } catch (JacksonException e) {
            throw new BadRequest("the request body is not valid JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    /** Missing if the answer is no JSON: what a provider sends is never a reason to fail. */
    public static JsonNode answer(byte[] body) {
        try {
            JsonNode root = ANSWERS.readTree(body);
            return root == null ? MissingNode.getInstance() : root;
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    static JsonNode answer(String text) {
        return answer(text.getBytes(StandardCharsets.UTF_8));
    }

    static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }

    /** A number of tokens; 0 if it is not there. */
    static long count(JsonNode node) {
        return node.isNumber() ? node.asLong() : 0;
    }

    /** UTF-8 bytes of all text below the node, names included. */
    static long textBytes(JsonNode node) {
        if (node.isString()) {
            return utf8Length(node.stringValue());
        }
        long sum = node.isValueNode() ? 8 : 0;
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
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            length += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
