package ai.costauditor.gateway.keys;

import ai.costauditor.gateway.wire.BadRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The virtual key of a request. SDKs put it where their provider's key would be. */
public final class PresentedKey {

    /** Every place of a credential, in the order in which they are asked; none of them is forwarded. */
    private static final List<String> HEADERS =
            List.of("x-virtual-key", "x-api-key", "api-key", "x-goog-api-key", "authorization");

    private static final String PARAMETER = "key=";
    private static final String OURS = "vk_";
    private static final Pattern SIGNED_WITH = Pattern.compile("\\bCredential=([^/,\\s]+)/");

    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private @Nullable String key;
    private @Nullable String other;

    private PresentedKey() {}

    /**
     * The key, or the first other credential if none of them looks like a key of ours (so that the refusal can say so).
     *
     * @throws BadRequest if two different virtual keys are presented
     */
    public static Optional<String> of(HttpServletRequest request) {
        PresentedKey found = new PresentedKey();
        for (String name : HEADERS) {
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                found.see(withoutScheme(values.nextElement().strip()));
            }
        }
        String query = request.getQueryString();
        if (query != null && query.contains(PARAMETER)) {
            Arrays.stream(query.split("&"))
                    .filter(part -> part.startsWith(PARAMETER))
                    .map(part -> decode(part.substring(PARAMETER.length())))
                    .forEach(found::see);
        }
        return Optional.ofNullable(found.key == null ? found.other : found.key);
    }

    private void see(String text) {
        if (text.startsWith(OURS)) {
            if (key != null && !key.equals(text)) {
                throw new BadRequest("two different virtual keys were sent in one request");
            }
            key = text;
        } else if (other == null && !text.isEmpty()) {
            other = text;
        }
    }

    /** Amazon's SDKs sign, and name the access key in their signature: that may be a virtual key. */
    private static String withoutScheme(String value) {
        if (value.startsWith("AWS4-")) {
            Matcher signature = SIGNED_WITH.matcher(value);
            return signature.find() ? signature.group(1) : value;
        }
        return value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? value.substring(7).strip()
                : value;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** @param header in lower case */
    public static boolean isCredential(String header) {
        return HEADERS.contains(header);
    }

    /**
     * The query without credentials and with its question mark; empty if nothing is left.
     *
     * @throws BadRequest if it has a percent sign that escapes nothing, which no address can hold
     */
    public static String removedFrom(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return "";
        }
        if (NO_ESCAPE.matcher(query).find()) {
            throw new BadRequest("the query has a percent sign that escapes nothing");
        }
        String rest = query.contains(PARAMETER)
                ? Arrays.stream(query.split("&"))
                        .filter(part -> !part.startsWith(PARAMETER))
                        .collect(Collectors.joining("&"))
                : query;
        return rest.isEmpty() ? "" : "?" + rest;
    }
}
