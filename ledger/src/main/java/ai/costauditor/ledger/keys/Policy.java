package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do. An empty list allows everything; a missing number is no limit.
 *
 * @param allowedModels exact names, or with {@code *} as a wildcard
 * @param allowedEndpoints such as {@code chat.completions}, {@code messages}
 * @param largestBody bytes
 * @param clampMaxTokens a call that the budget cannot afford as it is may leave with a smaller {@code max_tokens}
 * @param previews how much of the text of calls is kept; nothing if it does not say
 * @param responseCache an exact repetition of a question may get the answer of the first one
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Policy(
        Enforcement enforcement,
        List<String> allowedModels,
        List<String> allowedProviders,
        List<String> allowedEndpoints,
        @Nullable Integer requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Integer parallelCalls,
        @Nullable Long largestBody,
        @Nullable Boolean clampMaxTokens,
        @Nullable Previews previews,
        @Nullable Boolean responseCache) {

    /** How the hold is computed, the strictest first; see the docs of the ledger. */
    public enum Enforcement {
        @JsonProperty("strict")
        STRICT,
        @JsonProperty("expected")
        EXPECTED,
        @JsonProperty("observe")
        OBSERVE;

        public Enforcement strictest(Enforcement other) {
            return compareTo(other) <= 0 ? this : other;
        }
    }

    public static final Policy DEFAULT =
            new Policy(Enforcement.STRICT, List.of(), List.of(), List.of(), null, null, null, null);

    /** Above a key: the one that narrows nothing. */
    public static final Policy NOTHING =
            new Policy(Enforcement.OBSERVE, List.of(), List.of(), List.of(), null, null, null, null);

    public Policy(
            Enforcement enforcement,
            List<String> allowedModels,
            List<String> allowedProviders,
            List<String> allowedEndpoints,
            @Nullable Integer requestsPerMinute,
            @Nullable Long tokensPerMinute,
            @Nullable Integer parallelCalls,
            @Nullable Long largestBody) {
        this(
                enforcement,
                allowedModels,
                allowedProviders,
                allowedEndpoints,
                requestsPerMinute,
                tokensPerMinute,
                parallelCalls,
                largestBody,
                null,
                null);
    }

    public Policy(
            Enforcement enforcement,
            List<String> allowedModels,
            List<String> allowedProviders,
            List<String> allowedEndpoints,
            @Nullable Integer requestsPerMinute,
            @Nullable Long tokensPerMinute,
            @Nullable Integer parallelCalls,
            @Nullable Long largestBody,
            @Nullable Boolean clampMaxTokens) {
        this(
                enforcement,
                allowedModels,
                allowedProviders,
                allowedEndpoints,
                requestsPerMinute,
                tokensPerMinute,
                parallelCalls,
                largestBody,
                clampMaxTokens,
                null);
    }

    public Policy(
            Enforcement enforcement,
            List<String> allowedModels,
            List<String> allowedProviders,
            List<String> allowedEndpoints,
            @Nullable Integer requestsPerMinute,
            @Nullable Long tokensPerMinute,
            @Nullable Integer parallelCalls,
            @Nullable Long largestBody,
            @Nullable Boolean clampMaxTokens,
            @Nullable Previews previews) {
        this(
                enforcement,
                allowedModels,
                allowedProviders,
                allowedEndpoints,
                requestsPerMinute,
                tokensPerMinute,
                parallelCalls,
                largestBody,
                clampMaxTokens,
                previews,
                null);
    }

    @JsonCreator
    public Policy {
        enforcement = enforcement == null ? Enforcement.STRICT : enforcement;
        allowedModels = allowedModels == null ? List.of() : List.copyOf(allowedModels);
        allowedProviders = allowedProviders == null ? List.of() : List.copyOf(allowedProviders);
        allowedEndpoints = allowedEndpoints == null ? List.of() : List.copyOf(allowedEndpoints);
        clampMaxTokens = Boolean.TRUE.equals(clampMaxTokens) ? true : null;
        responseCache = Boolean.TRUE.equals(responseCache) ? true : null;
    }

    /** Whether it limits something that has to be counted. */
    public boolean counts() {
        return requestsPerMinute != null || tokensPerMinute != null || parallelCalls != null;
    }

    public boolean clamps() {
        return clampMaxTokens != null;
    }

    public boolean repeatsAnswers() {
        return responseCache != null;
    }
}
