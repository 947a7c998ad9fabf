package ai.costauditor.gateway.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields that several formats share, read strictly: a number that is none is the caller's error. */
final class Fields {

    private static final long MOST_ANSWERS = 128;

    private Fields() {}

    static String model(JsonNode root) {
        String model = Json.text(root.path("model"));
        if (model == null || model.isBlank()) {
            throw new BadRequest("you must provide a model parameter");
        }
        if (model.length() > 256) {
            throw new BadRequest("the model parameter is too long");
        }
        return model;
    }

    static boolean flag(JsonNode root, String name) {
        JsonNode value = root.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new BadRequest("'" + name + "' must be true or false");
        }
        return value.booleanValue();
    }

    /** @return the first of the fields that is there */
    static @Nullable Long positive(JsonNode root, String... names) {
        for (String name : names) {
            JsonNode value = root.path(name);
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
                throw new BadRequest("'" + name + "' must be a whole number of at least 1");
            }
            return value.longValue();
        }
        return null;
    }

    static long answers(JsonNode root) {
        Long n = positive(root, "n");
        if (n != null && n > MOST_ANSWERS) {
            throw new BadRequest("'n' must be at most " + MOST_ANSWERS);
        }
        return n == null ? 1 : n;
    }

    static JsonNode required(JsonNode root, String name) {
        JsonNode value = root.path(name);
        if (value.isMissingNode() || value.isNull()) {
            throw new BadRequest("missing required parameter: '" + name + "'");
        }
        return value;
    }

    /** The named fields of the request, in the order of the names, so that the order of the caller makes no difference. */
    static JsonNode pick(JsonNode root, List<String> names) {
        ObjectNode picked = JsonMapper.shared().createObjectNode();
        for (String name : names) {
            if (root.has(name)) {
                picked.set(name, root.get(name));
            }
        }
        return picked;
    }
}
