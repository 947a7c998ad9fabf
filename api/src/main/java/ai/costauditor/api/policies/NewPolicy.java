package ai.costauditor.api.policies;

import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Previews;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An empty or missing list allows everything; a missing number is no limit. Of an organisation, team or project: for all keys
 * below, which can be narrower and never wider.
 *
 * @param enforcement of a key {@code strict} if missing; above a key the least strict that keys may have, any if missing
 */
public record NewPolicy(
        Policy.@Nullable Enforcement enforcement,
        @Nullable List<@NotBlank String> allowedModels,
        @Nullable List<@NotBlank String> allowedProviders,
        @Nullable List<@NotBlank String> allowedEndpoints,
        @Min(1) @Nullable Integer requestsPerMinute,
        @Min(1) @Nullable Long tokensPerMinute,
        @Min(1) @Nullable Integer parallelCalls,
        @Min(1) @Nullable Long largestBody,
        @Nullable Boolean clampMaxTokens,
        @Valid @Keepable @Nullable NewPreviews previews,
        @Nullable Boolean responseCache) {

    /**
     * @param length characters of the request and of the answer, each; 0 forbids previews to all keys below
     * @param redact what is blacked out; everything that is known if missing
     * @param visibleTo who may read them; administrators and auditors if missing
     */
    public record NewPreviews(
            @Min(0) @Max(Previews.LONGEST) int length,
            @Nullable List<Previews.Redaction> redact,
            @Nullable List<Role> visibleTo) {

        Previews toPreviews() {
            return new Previews(
                    length,
                    redact == null ? List.of(Previews.Redaction.values()) : redact,
                    (visibleTo == null ? List.of(Role.ADMIN, Role.AUDITOR) : visibleTo)
                            .stream().map(Role::name).toList());
        }
    }

    /** Of a key. */
    public Policy ofKey() {
        return toPolicy(Policy.Enforcement.STRICT);
    }

    Policy aboveKeys() {
        return toPolicy(Policy.Enforcement.OBSERVE);
    }

    private Policy toPolicy(Policy.Enforcement ifMissing) {
        return new Policy(
                enforcement == null ? ifMissing : enforcement,
                listOf(allowedModels),
                listOf(allowedProviders),
                listOf(allowedEndpoints),
                requestsPerMinute,
                tokensPerMinute,
                parallelCalls,
                largestBody,
                clampMaxTokens,
                previews == null ? null : previews.toPreviews(),
                responseCache);
    }

    private static List<String> listOf(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }
}
