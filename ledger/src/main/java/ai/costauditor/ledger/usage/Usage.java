package ai.costauditor.ledger.usage;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call used. Kinds that are not in the maps are zero only if the status is {@link Status#EXACT} or {@link
 * Status#ESTIMATED}; unknown is never zero.
 *
 * @param units what is not a token (images, seconds, characters, searches, pages, calls)
 * @param raw the provider's usage block as it came, for evidence
 * @param providerCost what the provider itself says that the call cost, if it says so; it stands beside the charge and is
 *     not it: it may leave out what is billed under a key of the customer's, and contain fees that no count shows
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Usage(
        Status status,
        Map<TokenKind, Long> tokens,
        Map<String, BigDecimal> units,
        @Nullable String raw,
        @Nullable Money providerCost) {

    public enum Status {
        /** The provider said so. */
        @JsonProperty("exact")
        EXACT,
        /** Computed by us from the text that passed through. */
        @JsonProperty("estimated")
        ESTIMATED,
        /** Nobody said. */
        @JsonProperty("unknown")
        UNKNOWN,
        /** The provider's numbers contradict themselves; a person must look. */
        @JsonProperty("invalid")
        INVALID
    }

    public Usage(Status status, Map<TokenKind, Long> tokens, Map<String, BigDecimal> units, @Nullable String raw) {
        this(status, tokens, units, raw, null);
    }

    @JsonCreator
    public Usage {
        tokens = tokens == null ? Map.of() : Map.copyOf(tokens);
        units = units == null ? Map.of() : Map.copyOf(units);
    }

    public static Usage unknown() {
        return new Usage(Status.UNKNOWN, Map.of(), Map.of(), null);
    }

    /** Kinds never overlap. */
    public long allTokens() {
        return tokens.values().stream().mapToLong(Long::longValue).sum();
    }

    public long tokens(TokenKind kind) {
        return tokens.getOrDefault(kind, 0L);
    }
}
