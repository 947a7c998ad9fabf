package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests about what a provider keeps: they make an object, or ask for one. All but the making of batches are free.
 *
 * @param reads what matters in the answer
 * @param made the sort of object that the request makes; none if it asks for one
 */
public record ObjectFormat(
        String endpoint,
        ErrorShape errors,
        Reads reads,
        @Nullable StoredKind made) implements WireFormat {

    public enum Reads {
        NOTHING,
        DESCRIPTION,
        RESPONSE
    }

    /** A larger description is none that we know, and is not kept. */
    private static final int LONGEST = 64 * 1024;

    /** Content, passed on as it comes. */
    public static ObjectFormat content(String endpoint, ErrorShape errors) {
        return new ObjectFormat(endpoint, errors, Reads.NOTHING, null);
    }

    /** The answer describes the object. */
    public static ObjectFormat described(String endpoint, ErrorShape errors) {
        return new ObjectFormat(endpoint, errors, Reads.DESCRIPTION, null);
    }

    /** The answer is a response of OpenAI's, whole or as a stream, and may be the first to name its usage. */
    public static ObjectFormat response(String endpoint) {
        return new ObjectFormat(endpoint, ErrorShape.OPENAI, Reads.RESPONSE, null);
    }

    public static ObjectFormat making(String endpoint, ErrorShape errors, StoredKind kind) {
        return new ObjectFormat(endpoint, errors, Reads.DESCRIPTION, kind);
    }

    @Override
    public boolean isFree() {
        return !isBatch();
    }

    @Override
    public boolean isUnread() {
        return reads == Reads.NOTHING;
    }

    @Override
    public @Nullable StoredKind keeps(RequestFacts facts) {
        return made;
    }

    @Override
    public boolean mayEndLater(RequestFacts facts) {
        return isBatch();
    }

    private boolean isBatch() {
        return made == StoredKind.BATCH || made == StoredKind.MESSAGE_BATCH;
    }

    /** These requests are not read as those are that a model answers. */
    @Override
    public RequestFacts read(RequestBody body) {
        throw new BadRequest("this request has no model");
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return switch (reads) {
            case NOTHING -> new FreeMeter(null);
            case RESPONSE -> new FreeMeter(null, OpenAiResponses.meterOfStored());
            case DESCRIPTION -> isBatch() ? new Described(true) : new FreeMeter(null, new Described(false));
        };
    }

    /** An object in the words of the provider. */
    private static final class Described implements Meter {

        private final boolean worksOn;
        private @Nullable String id;
        private @Nullable String description;

        Described(boolean worksOn) {
            this.worksOn = worksOn;
        }

        @Override
        public void body(byte[] body) {
            id = Json.text(Json.parse(body, java.util.Set.of("id")).path("id"));
            description = id == null || body.length > LONGEST ? null : new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public Pass event(SseEvent event) {
            return Pass.ON;
        }

        @Override
        public @Nullable String storedAs() {
            return id;
        }

        @Override
        public @Nullable String description() {
            return description;
        }

        @Override
        public boolean isPending() {
            return worksOn && id != null;
        }

        @Override
        public Reading reading() {
            return new Reading(null, null, Usage.unknown(), List.of(), 0, End.OPEN);
        }
    }
}
