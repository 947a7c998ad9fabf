package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.policies.RateLimits.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client where its limits per minute stand, in the form of the provider whose SDK is calling. What the provider
 * itself says of limits is about an account that the client does not know, so it is passed on only where we say nothing.
 */
final class RateLimitHeaders {

    private static final String OPENAI = "x-ratelimit-";
    private static final String ANTHROPIC = "anthropic-ratelimit-";

    private RateLimitHeaders() {}

    static boolean isOne(String lowerName) {
        return lowerName.startsWith(OPENAI) || lowerName.startsWith(ANTHROPIC);
    }

    static Map<String, String> of(ErrorShape shape, @Nullable RateLimits limits, Instant now) {
        if (limits == null) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        add(headers, shape, "requests", limits.requests(), now);
        add(headers, shape, "tokens", limits.tokens(), now);
        return headers;
    }

    private static void add(
            Map<String, String> headers, ErrorShape shape, String what, @Nullable Standing standing, Instant now) {
        if (standing == null) {
            return;
        }
        String limit = Long.toString(standing.limit());
        String remaining = Long.toString(standing.remaining());
        if (shape == ErrorShape.ANTHROPIC) {
            headers.put(ANTHROPIC + what + "-limit", limit);
            headers.put(ANTHROPIC + what + "-remaining", remaining);
            headers.put(
                    ANTHROPIC + what + "-reset",
                    standing.full().truncatedTo(ChronoUnit.SECONDS).toString());
        } else {
            headers.put(OPENAI + "limit-" + what, limit);
            headers.put(OPENAI + "remaining-" + what, remaining);
            headers.put(OPENAI + "reset-" + what, duration(now, standing.full()));
        }
    }

    /** As OpenAI writes it: {@code 1m1s}, {@code 6s}, {@code 0s}; rounded up. */
    private static String duration(Instant now, Instant until) {
        long seconds =
                Math.max(0, Duration.between(now, until).plusNanos(999_999_999).toSeconds());
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
