package ai.costauditor.ledger.keys;

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
 * @param preview hash of the text that is kept of the answer, encrypted, beside the record; none if none is
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CallEnd(
        @Nullable String modelServed,
        int httpStatus,
        long latencyMs,
        Outcome outcome,
        List<Attempt> attempts,
        @Nullable String preview) {

    public CallEnd(
            @Nullable String modelServed, int httpStatus, long latencyMs, Outcome outcome, List<Attempt> attempts) {
        this(modelServed, httpStatus, latencyMs, outcome, attempts, null);
    }

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

    /** One try at one provider. */
    public record Attempt(String provider, String model, int httpStatus, Instant startedAt, long latencyMs) {}

    @JsonCreator
    public CallEnd {
        attempts = attempts == null ? List.of() : List.copyOf(attempts);
    }
}
