package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/** What is known of one call while it runs; one thread at a time touches it. */
public final class Call {

    private static final String ATTRIBUTE = Call.class.getName();

    private final CallId id = CallId.next();
    private final long startedNanos = System.nanoTime();
    private final Instant startedAt;
    private final WireFormat format;
    private final InstantSource clock;
    private KeyDirectory.@Nullable Entry key;
    private @Nullable Provider provider;
    private @Nullable String model;
    private @Nullable RequestFacts facts;
    private @Nullable URI target;
    private byte[] outgoing = {};
    private Instant sentAt = Instant.EPOCH;
    private long sentNanos;
    private long upstreamNanos;
    private int upstreamStatus;

    Call(WireFormat format, InstantSource clock) {
        this.format = format;
        this.clock = clock;
        // the ledger keeps microseconds, as PostgreSQL does
        this.startedAt = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }

    /** The call that a filter has put into the request. */
    public static Call of(ServerRequest request) {
        return (Call) request.attribute(ATTRIBUTE).orElseThrow();
    }

    void putInto(ServerRequest request) {
        request.attributes().put(ATTRIBUTE, this);
    }

    CallId id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }

    Instant now() {
        return clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }

    WireFormat format() {
        return format;
    }

    KeyDirectory.Entry key() {
        return java.util.Objects.requireNonNull(key, "the call has no key yet");
    }

    void identifiedAs(KeyDirectory.Entry entry) {
        this.key = entry;
    }

    public Provider provider() {
        return java.util.Objects.requireNonNull(provider, "the call has no provider yet");
    }

    RequestFacts facts() {
        return java.util.Objects.requireNonNull(facts, "the call was not read yet");
    }

    String model() {
        return java.util.Objects.requireNonNull(model, "the call was not routed yet");
    }

    void routed(RequestFacts read, Provider to, String upstreamModel, URI uri, byte[] body) {
        this.facts = read;
        this.provider = to;
        this.model = upstreamModel;
        this.target = uri;
        this.outgoing = body;
    }

    public URI target() {
        return java.util.Objects.requireNonNull(target, "the call was not routed yet");
    }

    /** The body as it leaves. */
    public byte[] outgoing() {
        return outgoing;
    }

    public void sending() {
        sentAt = now();
        sentNanos = System.nanoTime();
    }

    /** The head of the answer is here. */
    public void answered(int status) {
        upstreamStatus = status;
    }

    /** The last byte of the answer is here, or the provider has failed. */
    void upstreamEnded() {
        upstreamNanos = System.nanoTime() - sentNanos;
    }

    long latencyMs() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    /** Time that this process added: all but the wait for the provider. */
    long overheadNanos() {
        return System.nanoTime() - startedNanos - upstreamNanos;
    }

    CallEnd end(@Nullable String modelServed, CallEnd.Outcome outcome) {
        return new CallEnd(
                modelServed,
                upstreamStatus,
                latencyMs(),
                outcome,
                List.of(new CallEnd.Attempt(
                        provider().served(), model(), upstreamStatus, sentAt, upstreamNanos / 1_000_000)));
    }
}
