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
}
