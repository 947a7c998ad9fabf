package ai.costauditor.gateway.wire;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How one operation of a provider looks on the wire. Adding a provider that speaks a known format takes configuration only. */
public interface WireFormat {

    /** Dotted name of the operation, as it stands in events, policies and the API. */
    String endpoint();

    ErrorShape errors();

    /**
     * Looks at the query, as it came.
     *
     * @throws BadRequest if it asks for an answer that cannot be metered
     */
    default void check(@Nullable String query) {}

    /**
     * Takes the body apart: JSON for most formats, whatever its header says.
     *
     * @throws BadRequest if it cannot be read
     */
    default RequestBody parse(byte[] bytes, @Nullable String contentType) {
        return RequestBody.read(bytes);
    }

    /**
     * Reads the request.
     *
     * @throws BadRequest if it makes no sense
     */
    RequestFacts read(RequestBody body);

    /**
     * Reads a request whose headers say something that matters for money as well.
     *
     * @param header gives the value of a header, if it is there
     */
    default RequestFacts read(RequestBody body, Function<String, @Nullable String> header) {
        return read(body);
    }

    /** Changes what metering needs changed; nothing for most formats. */
    default void prepare(BodyEdit outgoing, RequestFacts facts) {}

    /** Whether {@link #limitOutput} does something. */
    default boolean canBeShorter() {
        return false;
    }

    /** Lets one answer have so many tokens at most. */
    default void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {}

    Meter meter(RequestFacts facts);

    /**
     * Cuts an answer that comes as a stream.
     *
     * @param contentType of the answer, in lower case
     * @return null if the answer is no stream
     */
    default @Nullable EventSplitter splitter(String contentType) {
        return contentType.startsWith("text/event-stream") ? new SseSplitter() : null;
    }

    /** Whether the provider bills nothing for this operation at all. */
    default boolean isFree() {
        return false;
    }

    /** Whether the answer goes on as it comes: it is free, and it may be larger than memory. */
    default boolean isUnread() {
        return false;
    }

    /** The sort of object that the provider keeps when it has answered; none for most. */
    default @Nullable StoredKind keeps(RequestFacts facts) {
        return null;
    }

    /** Whether the provider may go on with its work after its answer. */
    default boolean mayEndLater(RequestFacts facts) {
        return false;
    }

    /** The id of the stored response whose history this request continues, if it does. */
    default @Nullable String continues(RequestFacts facts) {
        return null;
    }

    /**
     * The same request when it is known how long the history is.
     *
     * @param tokens of the history
     */
    default RequestFacts continued(RequestFacts facts, long tokens) {
        return facts;
    }
}
