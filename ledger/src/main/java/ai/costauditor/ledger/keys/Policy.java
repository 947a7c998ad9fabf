package ai.costauditor.ledger.keys;

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

    public static final Policy DEFAULT = enforcing(Enforcement.STRICT).build();

    /** Above a key: the one that narrows nothing. */
    public static final Policy NOTHING = enforcing(Enforcement.OBSERVE).build();

    public static Builder enforcing(Enforcement enforcement) {
        return new Builder(enforcement);
    }

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

    /** What is not said is not limited. */
    public static final class Builder {
        private final Enforcement enforcement;
        private List<String> allowedModels = List.of();
        private List<String> allowedProviders = List.of();
        private List<String> allowedEndpoints = List.of();
        private @Nullable Integer requestsPerMinute;
        private @Nullable Long tokensPerMinute;
        private @Nullable Integer parallelCalls;
        private @Nullable Long largestBody;
        private @Nullable Boolean clampMaxTokens;
        private @Nullable Previews previews;
        private @Nullable Boolean responseCache;

        private Builder(Enforcement enforcement) {
            this.enforcement = enforcement;
        }

        public Builder allowedModels(String... models) {
            allowedModels = List.of(models);
            return this;
        }

        public Builder allowedProviders(String... providers) {
            allowedProviders = List.of(providers);
            return this;
        }

        public Builder allowedEndpoints(String... endpoints) {
            allowedEndpoints = List.of(endpoints);
            return this;
        }

        public Builder requestsPerMinute(@Nullable Integer requests) {
            requestsPerMinute = requests;
            return this;
        }

        public Builder tokensPerMinute(@Nullable Long tokens) {
            tokensPerMinute = tokens;
            return this;
        }

        public Builder parallelCalls(@Nullable Integer calls) {
            parallelCalls = calls;
            return this;
        }

        public Builder largestBody(@Nullable Long bytes) {
            largestBody = bytes;
            return this;
        }

        public Builder clampMaxTokens(@Nullable Boolean clamps) {
            clampMaxTokens = clamps;
            return this;
        }

        public Builder previews(@Nullable Previews kept) {
            previews = kept;
            return this;
        }

        public Builder responseCache(@Nullable Boolean repeats) {
            responseCache = repeats;
            return this;
        }

        public Policy build() {
            return new Policy(
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
                    responseCache);
        }
    }
}
