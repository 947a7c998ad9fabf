package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.List;
import java.util.Map;

/** What all operations of Anthropic's have in common. */
interface StubAnthropic extends StubWire {

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
        return "request-id";
    }

    @Override
    default Map<String, String> headers() {
        return Map.of("anthropic-ratelimit-requests-limit", "10000", "anthropic-ratelimit-requests-remaining", "9999");
    }

    @Override
    default String error(int status, String message) {
        return json(
                map("type", "error", "error", map("type", type(status), "message", message), "request_id", "req_stub"));
    }

    private static String type(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }
}
