package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended on the wire.
 *
 * @param modelServed the model that the answer names; none if there was no answer
 * @param httpStatus the provider's status, 0 if none arrived
 * @param latencyMs from the first byte of the request to the last byte of the answer, in milliseconds
 * @param attempts in order; empty if the answer came out of the response cache
 * @param preview hash of the text that is kept of the answer, encrypted, beside the record; none if none is
 * @param repeated the earlier answer that was given again; none if the provider was asked
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CallEnd(
        @Nullable String modelServed,
        int httpStatus,
        long latencyMs,
        Outcome outcome,
        List<Attempt> attempts,
        @Nullable String preview,
        @Nullable Repeated repeated) {

    public enum Outcome {
        @JsonProperty("completed")
        COMPLETED,
        /** The client left before the end; the answer was read on for its usage. */
        @JsonProperty("client_left")
        CLIENT_LEFT,
        /** The provider refused before inference. */
        @JsonProperty("refused_upstream")
        REFUSED_UPSTREAM,
        /** The provider failed, or the connection was cut. */
        @JsonProperty("failed_upstream")
        FAILED_UPSTREAM,
        /** The provider could not be reached, so nothing can have been billed. */
        @JsonProperty("unreachable")
        UNREACHABLE,
        /** The process that forwarded the call died. */
        @JsonProperty("node_died")
        NODE_DIED,
        @JsonProperty("timed_out")
        TIMED_OUT
    }

    /**
     * One try at one provider.
     *
     * @param httpStatus 0 if no answer arrived
     * @param outcome none in records from before it was kept
     * @param cost as far as it was known when the call ended: zero if it is certain that nothing was billed
     * @param call the call that has the hold and the end of this attempt, if that is another one: an attempt that may have
     *     been billed, or that went to another provider, is accounted for on its own
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Attempt(
            String provider,
            String model,
            int httpStatus,
            Instant startedAt,
            long latencyMs,
            @Nullable Outcome outcome,
            @Nullable Money cost,
            @Nullable CallId call) {

        @JsonCreator
        public Attempt {}

        public Attempt(String provider, String model, int httpStatus, Instant startedAt, long latencyMs) {
            this(provider, model, httpStatus, startedAt, latencyMs, null, null, null);
        }
    }

    /**
     * An answer out of the response cache.
     *
     * @param call that the provider was asked in
     * @param avoided what it would have cost to ask again, at the prices of now; none if that has no price
     * @param ageMs since the provider answered, in milliseconds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Repeated(CallId call, @Nullable Money avoided, long ageMs) {}

    @JsonCreator
    public CallEnd {
        attempts = attempts == null ? List.of() : List.copyOf(attempts);
    }

    public CallEnd(
            @Nullable String modelServed, int httpStatus, long latencyMs, Outcome outcome, List<Attempt> attempts) {
        this(modelServed, httpStatus, latencyMs, outcome, attempts, null, null);
    }
}
