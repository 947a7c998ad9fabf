package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.previews.Preview;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.upstream.UpstreamClient.Outgoing;
import ai.costauditor.gateway.wire.BodyEdit;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.RateLimits;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What is known of one call while it runs; one thread at a time touches it. */
final class Call {

    private final CallId id = CallId.next();
    private final long startedNanos = System.nanoTime();
    private final Instant startedAt;
    private final WireFormat format;
    private final InstantSource clock;
    private final AtomicBoolean ended = new AtomicBoolean();
    private KeyDirectory.@Nullable Entry key;
    private @Nullable EffectivePolicy policy;
    private @Nullable RateLimits limits;
    private @Nullable Preview preview;
    private @Nullable RequestFacts facts;
    private @Nullable Target target;
    private @Nullable Money available;
    private @Nullable Long maxTokens;
    private String method = "POST";
    private @Nullable Outgoing upload;
    private BatchBounds.@Nullable Bound reserved;
    private @Nullable StoredObject object;
    private @Nullable StoredObject made;
    private volatile @Nullable Instant heldUntil;
    private Instant sentAt = Instant.EPOCH;
    private long sentNanos;
    private long upstreamNanos;
    private int upstreamStatus;

    /**
     * Where a call goes.
     *
     * @param model under the name that has a price
     * @param body as it leaves
     */
    record Target(Provider provider, String model, URI uri, byte[] body) {}

    Call(WireFormat format, InstantSource clock) {
        this.format = format;
        this.clock = clock;
        this.startedAt = now();
    }

    CallId id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** None unless the policy lets us keep text. */
    @Nullable Preview preview() {
        return preview;
    }

    void previewed(Preview kept) {
        this.preview = kept;
    }

    Meter meter() {
        Meter meter = format.meter(facts());
        return preview == null ? meter : preview.along(meter);
    }

    /** The ledger keeps microseconds, as PostgreSQL does. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    WireFormat format() {
        return format;
    }

    KeyDirectory.Entry key() {
        return Objects.requireNonNull(key, "the call has no key yet");
    }

    void identifiedAs(KeyDirectory.Entry entry, EffectivePolicy effective) {
        this.key = entry;
        this.policy = effective;
    }

    EffectivePolicy policy() {
        return Objects.requireNonNull(policy, "the call has no key yet");
    }

    /** Where the tightest limits per minute stand, as of the decision; none without limits, or without a decision. */
    @Nullable RateLimits limits() {
        return limits;
    }

    void limited(@Nullable RateLimits standing) {
        this.limits = standing;
    }

    RequestFacts facts() {
        return Objects.requireNonNull(facts, "the call was not read yet");
    }

    Target target() {
        return Objects.requireNonNull(target, "the call was not routed yet");
    }

    void routed(RequestFacts read, Target to) {
        this.facts = read;
        this.target = to;
    }

    String method() {
        return method;
    }

    boolean sends(String other) {
        return method.equals(other);
    }

    void sendsBy(String other) {
        this.method = other;
    }

    /** What goes on as it comes in, in place of a body. */
    @Nullable Outgoing upload() {
        return upload;
    }

    void uploads(Outgoing body) {
        this.upload = body;
    }

    /** What it may cost, where that does not follow from its facts. */
    BatchBounds.@Nullable Bound reserved() {
        return reserved;
    }

    void reserves(BatchBounds.Bound bound) {
        this.reserved = bound;
    }

    /** The stored object that the call asks for. */
    @Nullable StoredObject object() {
        return object;
    }

    void concerns(StoredObject asked) {
        this.object = asked;
    }

    /** The stored object that the call has made. */
    @Nullable StoredObject made() {
        return made;
    }

    void made(StoredObject kept) {
        this.made = kept;
    }

    Provider provider() {
        return target().provider();
    }

    String model() {
        return target().model();
    }

    /** The budget affords less than was asked for: the request leaves with what fits. */
    void shortenTo(Estimate estimate, Money held) {
        Target to = target();
        BodyEdit shorter = new BodyEdit(RequestBody.read(to.body()));
        long tokens = estimate.fitting(held);
        format.limitOutput(shorter, facts(), tokens);
        target = new Target(to.provider(), to.model(), to.uri(), shorter.bytes());
        maxTokens = tokens;
    }

    /** The limit of the answer, if it is not the one that was asked for. */
    @Nullable Long maxTokens() {
        return maxTokens;
    }

    /** What is left of the tightest hard budget after the hold; none without hard budgets. */
    @Nullable Money available() {
        return available;
    }

    void authorised(@Nullable Money left) {
        this.available = left;
    }

    /** When the extended hold ends by itself; none if it was not extended. */
    @Nullable Instant heldUntil() {
        return heldUntil;
    }

    void heldUntil(Instant end) {
        this.heldUntil = end;
    }

    void sending() {
        sentAt = now();
        sentNanos = System.nanoTime();
    }

    /** The head of the answer is here. */
    void answered(int status) {
        upstreamStatus = status;
    }

    int upstreamStatus() {
        return upstreamStatus;
    }

    /** The last byte of value of the answer is here, or the provider has failed. */
    void upstreamEnded() {
        if (upstreamNanos == 0) {
            upstreamNanos = System.nanoTime() - sentNanos;
        }
    }

    /** @return true for the first who ends the call: a call ends once */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    long latencyNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Time that this process added: all but the wait for the provider. */
    long overheadNanos() {
        return latencyNanos() - upstreamNanos;
    }

    CallEnd end(@Nullable String modelServed, CallEnd.Outcome outcome) {
        return new CallEnd(
                modelServed,
                upstreamStatus,
                TimeUnit.NANOSECONDS.toMillis(latencyNanos()),
                outcome,
                List.of(new CallEnd.Attempt(
                        provider().served(),
                        model(),
                        upstreamStatus,
                        sentAt,
                        TimeUnit.NANOSECONDS.toMillis(upstreamNanos))),
                preview == null ? null : preview.ofAnswer());
    }
}
