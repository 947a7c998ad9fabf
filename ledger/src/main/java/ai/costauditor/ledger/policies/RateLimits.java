package ai.costauditor.ledger.policies;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the tightest limits of a call stand, of its key or of something above it.
 *
 * @param requests none without a limit on requests per minute
 * @param tokens none without a limit on tokens per minute
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RateLimits(
        @Nullable Standing requests, @Nullable Standing tokens) {

    /**
     * @param remaining never negative
     * @param next when one more fits again; not in the future if it fits now
     * @param full when nothing counts any more, if nothing comes (UTC)
     */
    public record Standing(long limit, long remaining, Instant next, Instant full) {

        /** Whole seconds until one more fits, at least 1: an answer that says 0 is asked again at once. */
        public int retryAfter(Instant now) {
            return (int) Math.max(
                    1, Duration.between(now, next).plusNanos(999_999_999).toSeconds());
        }

        private static @Nullable Standing tighter(@Nullable Standing a, @Nullable Standing b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            return b.remaining < a.remaining ? b : a;
        }
    }

    public static final RateLimits NONE = new RateLimits(null, null);

    public RateLimits and(RateLimits other) {
        return new RateLimits(Standing.tighter(requests, other.requests), Standing.tighter(tokens, other.tokens));
    }

    /** None if nothing is limited. */
    public @Nullable RateLimits orNone() {
        return requests == null && tokens == null ? null : this;
    }
}
