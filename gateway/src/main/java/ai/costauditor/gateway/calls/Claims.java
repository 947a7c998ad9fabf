package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestFacts;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

/** Attribution that the client sent. It is recorded as a claim; the key's own team and project always win. */
final class Claims {

    private static final int MOST = 12;
    private static final int LONGEST = 128;

    private static final Map<String, String> HEADERS = Map.of(
            "X-Auditor-Tags", "tags",
            "x-litellm-tags", "tags",
            "x-portkey-metadata", "metadata",
            "X-Stainless-Retry-Count", "retry",
            "x-claude-code-session-id", "session",
            "x-claude-code-agent-id", "agent",
            "traceparent", "traceparent");

    private Claims() {}

    static Map<String, String> of(HttpHeaders headers, RequestFacts facts) {
        Map<String, String> claims = new LinkedHashMap<>();
        HEADERS.forEach((header, name) -> put(claims, name, headers.getFirst(header)));
        headers.forEach((name, values) -> {
            if (name.regionMatches(true, 0, "Helicone-Property-", 0, 18)) {
                put(claims, name.substring(18), values.getFirst());
            }
        });
        put(claims, "user", text(facts.root().path("user")));
        put(claims, "user", text(facts.root().path("safety_identifier")));
        put(claims, "user", text(facts.root().at("/metadata/user_id")));
        return claims;
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : "";
    }

    private static void put(Map<String, String> claims, String name, @org.jspecify.annotations.Nullable String value) {
        if (value != null && !value.isBlank() && claims.size() < MOST && !("0".equals(value) && "retry".equals(name))) {
            claims.putIfAbsent(
                    name.length() > 40 ? name.substring(0, 40) : name,
                    value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        }
    }
}
