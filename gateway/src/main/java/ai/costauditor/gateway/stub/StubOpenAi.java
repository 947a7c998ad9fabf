package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all operations of OpenAI's have in common. */
interface StubOpenAi extends StubWire {

    String MODELS = json(map("object", "list", "data", List.of(model("stub-chat"), model("stub-embedding"))));

    private static Map<String, Object> model(String id) {
        return map("id", id, "object", "model", "created", CREATED, "owned_by", "stub");
    }

    @Override
    default List<String> events(StubAnswer answer) {
        throw new IllegalStateException(this + " does not stream");
    }

    @Override
    default boolean streams() {
        return true;
    }

    @Override
    default String requestIdHeader() {
        return "x-request-id";
    }

    @Override
    default Map<String, String> headers() {
        return Map.of(
                "x-ratelimit-limit-requests", "10000",
                "x-ratelimit-remaining-requests", "9999",
                "x-ratelimit-limit-tokens", "2000000",
                "x-ratelimit-remaining-tokens", "1999000",
                "openai-version", "2020-10-01",
                "openai-processing-ms", "1");
    }

    @Override
    default String error(int status, String message) {
        return json(map("error", map("message", message, "type", type(status), "param", null, "code", code(status))));
    }

    private static String type(int status) {
        return status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
    }

    private static @Nullable String code(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
    }
}
