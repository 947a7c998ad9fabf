package ai.costauditor.gateway.routing;

import org.jspecify.annotations.Nullable;

/** What went wrong with an attempt, as far as another one may mend it. A refusal of the request itself is none of these. */
public enum Failure {
    /** No byte of the request left. */
    UNREACHABLE,
    /** The provider has had too many requests: 429. */
    LIMITED,
    /** The provider cannot serve now, and says when to come back: 503, and Anthropic's 529, with {@code retry-after}. That is no
     * proof that it did nothing. */
    OVERLOADED,
    /** It may have worked before it failed: every other 5xx, also 503 and 529 that do not say more, 408, 424, or no answer at all. */
    FAILED,
    /** Nothing came in time, and it may still work. */
    TIMED_OUT;

    /**
     * @param saysWhen whether the answer says when to come back
     * @return null if the answer is one that the client should see
     */
    public static @Nullable Failure of(int status, boolean saysWhen) {
        return switch (status) {
            case 429 -> LIMITED;
            case 503, 529 -> saysWhen ? OVERLOADED : FAILED;
            case 408, 424 -> FAILED;
            default -> status >= 500 ? FAILED : null;
        };
    }
}
