package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call before it leaves.
 *
 * @param provider our name of the provider
 * @param endpoint dotted name of the operation: {@code chat.completions}, {@code responses}, {@code embeddings}, {@code messages}
 * @param model as asked for; {@link #NO_MODEL} if no model reads anything, as when a file is uploaded
 * @param fingerprint keyed hash of model and messages; equal for equal requests of one organisation, meaningless to others
 * @param claims attribution that the client sent (tags, user, session): a claim, not a fact
 * @param preview hash of the text that is kept of it, encrypted, beside the record; none if none is
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CallRequest(
        String provider,
        String endpoint,
        String model,
        boolean stream,
        String fingerprint,
        Map<String, String> claims,
        @Nullable String preview) {

    /** No rule about models is about such a call. */
    public static final String NO_MODEL = "-";

    public CallRequest(
            String provider,
            String endpoint,
            String model,
            boolean stream,
            String fingerprint,
            Map<String, String> claims) {
        this(provider, endpoint, model, stream, fingerprint, claims, null);
    }

    @JsonCreator
    public CallRequest {
        claims = claims == null ? Map.of() : Map.copyOf(claims);
    }

    /** Many answers of a model, which are one call. */
    boolean isBatch() {
        return endpoint.equals("batches") || endpoint.equals("messages.batches");
    }

    boolean namesModel() {
        return !model.equals(NO_MODEL);
    }
}
