package ai.costauditor.gateway.wire;

/** How one operation of a provider looks on the wire. Adding a provider that speaks a known format takes configuration only. */
public interface WireFormat {

    /** Dotted name of the operation, as it stands in events, policies and the API. */
    String endpoint();

    ErrorShape errors();

    /**
     * Reads the request.
     *
     * @throws BadRequest if it makes no sense
     */
    RequestFacts read(RequestBody body);

    /** Changes what metering needs changed; nothing for most formats. */
    default void prepare(BodyEdit outgoing, RequestFacts facts) {}

    Meter meter(RequestFacts facts);

    /** Whether the provider bills nothing for this operation at all. */
    default boolean isFree() {
        return false;
    }
}
