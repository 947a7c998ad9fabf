package ai.costauditor.gateway.stub;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a request to the stub goes: providers differ in what stands in front of an operation.
 *
 * @param operation the path behind the version, such as {@code /chat/completions}
 * @param model where the path names it, as Azure's deployments and the models of Google and Amazon do
 * @param isGoogles whether the operation is one of Gemini's own, such as {@code :generateContent}
 * @param asksForEvents whether a stream shall be one of events, where the path decides
 */
record StubPath(String operation, @Nullable String model, boolean isGoogles, boolean asksForEvents) {

    private static final Pattern DEPLOYMENT = Pattern.compile("/openai/deployments/([^/]+)(/.+)");

    /** What a model is called there may have slashes in it. */
    private static final Pattern OF_AMAZON = Pattern.compile("/model/(.+)(/[^/]+)");

    private static final Pattern OF_GOOGLE = Pattern.compile("/v1beta/models/([^/]+)(:\\w+)");

    static StubPath of(URI uri) {
        String path = uri.getPath();
        Matcher google = OF_GOOGLE.matcher(path);
        if (google.matches()) {
            String query = uri.getQuery();
            return new StubPath(google.group(2), google.group(1), true, query != null && query.contains("alt=sse"));
        }
        Matcher amazon = OF_AMAZON.matcher(path);
        if (amazon.matches()) {
            return new StubPath(amazon.group(2), amazon.group(1), false, true);
        }
        Matcher deployment = DEPLOYMENT.matcher(path);
        return deployment.matches()
                ? new StubPath(deployment.group(2), deployment.group(1), false, true)
                : new StubPath(path.replaceFirst("^(?:/v1beta)?(?:/openai)?(?:/v1)?(?=/)", ""), null, false, true);
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getQuery() != null) {
            for (String part : uri.getQuery().split("&", -1)) {
                String[] pair = part.split("=", 2);
                query.put(pair[0], pair.length == 2 ? pair[1] : "");
            }
        }
        return query;
    }

    /** The request as if the body had named the model. */
    @Nullable JsonNode completed(@Nullable JsonNode request) {
        if (model != null && request instanceof ObjectNode body) {
            body.put("model", model);
        }
        return request;
    }
}
