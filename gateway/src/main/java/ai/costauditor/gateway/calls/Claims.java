package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Attribution that the client sent. It is recorded as a claim: the key's own team and project always win. Names and values
 * are short and few, so that nobody can fill the record with them.
 */
final class Claims {

    private static final int MOST = 16;
    private static final int LONGEST_NAME = 48;
    private static final int LONGEST_VALUE = 160;
    private static final String HELICONE = "helicone-property-";

    /** Headers with one value each, and what we call it. */
    private static final Map<String, String> HEADERS = Map.of(
            "x-stainless-retry-count", "retry",
            "x-claude-code-session-id", "session",
            "x-claude-code-agent-id", "agent",
            "x-claude-code-parent-agent-id", "parent_agent",
            "traceparent", "traceparent",
            "baggage", "baggage");

    private final Map<String, String> claims = new LinkedHashMap<>();

    private Claims() {}

    static Map<String, String> of(HttpServletRequest request, RequestBody body) {
        Claims found = new Claims();
        found.headers(request);
        found.put("user", body.string("user"));
        found.put("user", body.string("safety_identifier"));
        JsonNode metadata = body.small("metadata");
        found.put("user", text(metadata.path("user_id")));
        metadata.propertyStream().forEach(entry -> found.put("metadata." + entry.getKey(), text(entry.getValue())));
        Stream.of("labels", "requestMetadata")
                .flatMap(field -> body.small(field).propertyStream())
                .forEach(entry -> found.put("metadata." + entry.getKey(), text(entry.getValue())));
        return found.claims;
    }

    private void headers(HttpServletRequest request) {
        for (String header : Collections.list(request.getHeaderNames())) {
            String name = header.toLowerCase(java.util.Locale.ROOT);
            String value = request.getHeader(header);
            String known = HEADERS.get(name);
            if (known != null) {
                // the first try of an SDK says 0
                put(known, "retry".equals(known) && "0".equals(value) ? null : value);
            } else if (name.startsWith(HELICONE)) {
                put("tag." + name.substring(HELICONE.length()), value);
            } else if (name.equals("x-auditor-tags") || name.equals("x-litellm-tags")) {
                tags(value);
            } else if (name.equals("x-portkey-metadata")) {
                RequestBody.object(value)
                        .propertyStream()
                        .forEach(entry -> put("tag." + entry.getKey(), text(entry.getValue())));
            }
        }
    }

    /** {@code team=search,feature=ranking}, or names alone. */
    private void tags(String list) {
        for (String tag : list.split(",", MOST)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                put("tag." + tag.substring(0, equals).strip(), tag.substring(equals + 1));
            } else if (!tag.isBlank()) {
                put("tag." + tag.strip(), "true");
            }
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : node.isValueNode() && !node.isNull() ? node.asString() : null;
    }

    private void put(String name, @Nullable String value) {
        if (value != null && !value.isBlank() && claims.size() < MOST) {
            claims.putIfAbsent(cut(name, LONGEST_NAME), cut(value.strip(), LONGEST_VALUE));
        }
    }

    private static String cut(String text, int longest) {
        String shown = text.length() > longest ? text.substring(0, longest) : text;
        return shown.chars().anyMatch(Character::isISOControl) ? shown.replaceAll("\\p{Cntrl}", " ") : shown;
    }
}
