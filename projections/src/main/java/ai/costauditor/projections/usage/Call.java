package ai.costauditor.projections.usage;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.previews.PreviewVault;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One proxied request as a reader sees it.
 *
 * @param startedAt the moment of the authorisation (UTC): the cost counts in the periods that hold it
 * @param httpStatus the provider's; none if no answer arrived
 * @param usage none while the call is open, and for calls that never reached a model
 * @param cost with all adjustments; none while it is not known; zero where it is certain that nothing was billed
 * @param settledCost without adjustments: the sum of the lines
 * @param adjustments oldest first
 * @param hold what was reserved; none for a denied call
 * @param attempts in order, those that other calls account for as well
 * @param repeated the earlier answer that was given again; none if the provider was asked
 * @param claims attribution that the client sent: a claim, not a fact
 * @param fingerprint keyed hash of model and messages
 * @param refusal why a denied call was denied
 * @param preview text that is kept of it, for those who may read it; only of one call, never in a list
 */
public record Call(
        CallId id,
        KeyId keyId,
        String keyName,
        ProjectId projectId,
        String projectName,
        TeamId teamId,
        String teamName,
        @Nullable UserId userId,
        @Nullable String userName,
        String provider,
        String endpoint,
        String modelRequested,
        @Nullable String modelServed,
        boolean stream,
        Instant startedAt,
        @Nullable Instant endedAt,
        Status status,
        CallEnd.@Nullable Outcome outcome,
        @Nullable Integer httpStatus,
        @Nullable Long latencyMs,
        @Nullable Used usage,
        @Nullable Price price,
        List<ChargeLine> lines,
        @Nullable Money cost,
        @Nullable Money settledCost,
        List<Adjustment> adjustments,
        @Nullable Money hold,
        List<CallEnd.Attempt> attempts,
        CallEnd.@Nullable Repeated repeated,
        Map<String, String> claims,
        @Nullable String fingerprint,
        @Nullable Denial refusal,
        @JsonInclude(JsonInclude.Include.NON_NULL) PreviewVault.@Nullable Text preview) {

    public Call with(PreviewVault.@Nullable Text text) {
        return text == null
                ? this
                : new Call(
                        id,
                        keyId,
                        keyName,
                        projectId,
                        projectName,
                        teamId,
                        teamName,
                        userId,
                        userName,
                        provider,
                        endpoint,
                        modelRequested,
                        modelServed,
                        stream,
                        startedAt,
                        endedAt,
                        status,
                        outcome,
                        httpStatus,
                        latencyMs,
                        usage,
                        price,
                        lines,
                        cost,
                        settledCost,
                        adjustments,
                        hold,
                        attempts,
                        repeated,
                        claims,
                        fingerprint,
                        refusal,
                        text);
    }

    /** An adjustment of a call whose cost nobody knew says what it cost. */
    Call adjusted(List<Adjustment> made) {
        if (made.isEmpty()) {
            return this;
        }
        Money sum = made.stream().map(Adjustment::amount).reduce(Money.ZERO, Money::plus);
        return new Call(
                id,
                keyId,
                keyName,
                projectId,
                projectName,
                teamId,
                teamName,
                userId,
                userName,
                provider,
                endpoint,
                modelRequested,
                modelServed,
                stream,
                startedAt,
                endedAt,
                status,
                outcome,
                httpStatus,
                latencyMs,
                usage,
                price,
                lines,
                settledCost == null ? sum : settledCost.plus(sum),
                settledCost,
                made,
                hold,
                attempts,
                repeated,
                claims,
                fingerprint,
                refusal,
                preview);
    }

    public enum Status {
        @JsonProperty("open")
        OPEN,
        @JsonProperty("settled")
        SETTLED,
        /** The usage became known after the hold had expired. */
        @JsonProperty("settled_late")
        SETTLED_LATE,
        /** It is certain that nothing was billed. */
        @JsonProperty("released")
        RELEASED,
        /** Nobody can say what was billed. */
        @JsonProperty("expired")
        EXPIRED,
        @JsonProperty("denied")
        DENIED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Status of(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** Token kinds never overlap; kinds that are zero are left out. */
    public record Used(Usage.Status status, Map<TokenKind, Long> tokens, Map<String, BigDecimal> units) {}

    /**
     * @param version of the price list that made the charge; none if unpriced
     * @param providerCost what the provider itself says that the call cost, if it says so
     * @param providerDifference by how much that is more than the lines; none while one of them is not known
     */
    public record Price(
            PriceStatus status,
            @Nullable String version,
            @Nullable Money providerCost,
            @Nullable Money providerDifference) {}

    /**
     * @param needed the most that the call could have cost
     * @param balance the budget that had no room, if that was the reason
     * @param level above the key whose policy refused it; none if it was the key's own, or a budget
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Denial(
            Refusal reason,
            Money needed,
            @Nullable BudgetBalance balance,
            @Nullable Level level) {}
}
