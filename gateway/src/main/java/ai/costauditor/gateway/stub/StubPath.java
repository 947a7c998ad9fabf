package ai.costauditor.gateway.stub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a request to the stub goes: providers differ in what stands in front of an operation.
 *
 * @param operation the path behind the version, such as {@code /chat/completions}
 * @param model where the path names it, as Azure's deployments do
 */
record StubPath(String operation, @Nullable String model) {

    private static final Pattern DEPLOYMENT = Pattern.compile("/openai/deployments/([^/]+)(/.+)");

    static StubPath of(String path) {
        Matcher deployment = DEPLOYMENT.matcher(path);
        return deployment.matches()
                ? new StubPath(deployment.group(2), deployment.group(1))
                : new StubPath(path.replaceFirst("^(?:/openai)?(?:/v1)?(?=/)", ""), null);
    }

    /** The request as if the body had named the model. */
    @Nullable JsonNode completed(@Nullable JsonNode request) {
        if (model != null && request instanceof ObjectNode body) {
            body.put("model", model);
        }
        return request;
    }
}
