package ai.costauditor.gateway.wire;

/** How one operation of a provider looks on the wire. Adding a provider that speaks a known format takes configuration only. */
public interface WireFormat {

    /** Dotted name of the operation, as it stands in events, policies and the API. */
    String endpoint();

    ErrorShape errors();

    /**
     * Reads the request.
     *
     * @throws BadRequest if it cannot be understood or makes no sense
     */
    RequestFacts read(byte[] body);

    /** The body as it leaves: the same bytes, but for what metering needs. */
    default byte[] outgoing(byte[] body, RequestFacts facts) {
        return body;
    }

    Meter meter(RequestFacts facts);

    /** Whether the provider bills this operation at all. */
    default boolean isFree() {
        return false;
    }
}
