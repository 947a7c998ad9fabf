package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.previews.Preview;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.routing.Candidate;
import ai.costauditor.gateway.routing.Failure;
import ai.costauditor.gateway.routing.Journey;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.upstream.Patience;
import ai.costauditor.gateway.upstream.UpstreamClient.Outgoing;
import ai.costauditor.gateway.wire.BodyEdit;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.RateLimits;
import ai.costauditor.ledger.pricing.PriceBound;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known of one call while it runs; one thread at a time touches it. */
final class Call {

    private final CallId id = CallId.next();
    private final long startedNanos;
    private final Instant startedAt;
    private final InstantSource clock;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<CallEnd.Attempt> earlier = new ArrayList<>(0);
    private final WireFormat format;
    private @Nullable Journey journey;
    private @Nullable Candidate candidate;
    private @Nullable Function<Candidate, Target> targets;
    private ResponseCache.@Nullable Key keptUnder;
    private KeyDirectory.@Nullable Entry key;
    private @Nullable EffectivePolicy policy;
    private @Nullable RateLimits limits;
    private @Nullable Preview preview;
    private @Nullable RequestFacts asked;
    private @Nullable RequestFacts facts;
    private @Nullable Target target;
    private @Nullable Money available;
    private @Nullable Long maxTokens;
    private OpenCalls.@Nullable Place place;
    private String method = "POST";
    private @Nullable Outgoing upload;
    private BatchBounds.@Nullable Bound reserved;
    private @Nullable StoredKind keeps;
    private @Nullable StoredObject object;
    private @Nullable StoredObject made;
    private volatile @Nullable Instant heldUntil;
    private Instant sentAt = Instant.EPOCH;
    private long sentNanos;
    private long upstreamNanos;
    private long waitedNanos;
    private int upstreamStatus;

    /**
     * Where a call goes.
     *
     * @param model under the name that has a price
     * @param body as it leaves
     */
    record Target(Provider provider, String model, URI uri, byte[] body) {

        Target withoutBody() {
            return new Target(provider, model, uri, new byte[0]);
        }
    }

    Call(WireFormat format, InstantSource clock) {
        this(format, clock, System.nanoTime());
    }

    private Call(WireFormat format, InstantSource clock, long startedNanos) {
        this.format = format;
        this.clock = clock;
        this.startedNanos = startedNanos;
        this.startedAt = now();
    }

    CallId id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }

    void takes(OpenCalls.Place entered) {
        this.place = entered;
    }

    /** None unless the policy lets us keep text. */
    @Nullable Preview preview() {
        return preview;
    }

    void previewed(Preview kept) {
        this.preview = kept;
    }

    /**
     * Its answer goes to the client, so nobody else will be asked: the request is let go, which may be many megabytes, while
     * a stream may last for hours.
     *
     * @return what reads the answer
     */
    Meter answering() {
        Meter meter = format.meter(facts());
        keeps = format.keeps(facts());
        facts = facts().withoutBody();
        target = target().withoutBody();
        asked = null;
        targets = null;
        if (place != null) {
            place.letGoOfBody();
        }
        return preview == null ? meter : preview.along(meter);
    }

    /** What the provider keeps of its answer; none before {@link #answering()}. */
    @Nullable StoredKind keeps() {
        return keeps;
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

    /** On the clock of {@link System#nanoTime()}: the first byte of the request. */
    long startedNanos() {
        return startedNanos;
    }

    /** The way that a rule has for it; none if there is no rule. */
    @Nullable Journey journey() {
        return journey;
    }

    void goesAlong(@Nullable Journey way, Candidate first) {
        this.journey = way;
        this.candidate = first;
    }

    Candidate candidate() {
        return Objects.requireNonNull(candidate, "the call was not routed yet");
    }

    /** @param to makes what leaves, for whoever is asked */
    void routed(RequestFacts read, Function<Candidate, Target> to) {
        this.asked = read;
        this.targets = to;
        this.target = to.apply(candidate());
        // what an answer leaves unsaid is about the model that was asked, and not about our name for it
        RequestFacts named = candidate().model().equals(read.model()) ? read : read.named(target.model());
        this.facts = candidate().provider().asksForUsage() ? named : named.unasked();
    }

    /** A request that only one provider can answer, because it is about something that is stored there. */
    void routed(RequestFacts read, Target to) {
        goesAlong(null, new Candidate(to.provider(), to.model()));
        this.facts = read;
        this.target = to;
    }

    /**
     * The same request once more, after this one has ended in the ledger. It is a call of its own there, with its own
     * authorisation and hold, because what the earlier attempt may have cost stays counted, or because another provider has
     * another price.
     */
    Call another(Candidate to) {
        Call other = new Call(format, clock, startedNanos);
        other.key = key;
        other.policy = policy;
        other.place = place;
        other.goesAlong(journey, to);
        other.routed(
                Objects.requireNonNull(asked, "the call was not read yet"),
                Objects.requireNonNull(targets, "the call was not routed yet"));
        return other;
    }

    /** How often a provider was asked up to now. */
    int attempts() {
        return earlier.size() + (sentNanos == 0 ? 0 : 1);
    }

    Patience patience() {
        return journey == null ? Patience.DEFAULT : journey.patience();
    }

    /** Tells whoever watches over the provider. */
    void tried(@Nullable Failure failure) {
        candidate().done(System.nanoTime() - sentNanos, failure);
    }

    /** Nothing was sent, although it was allowed. */
    void untried() {
        if (candidate != null) {
            candidate.untried();
        }
    }

    /** The attempt was in vain and cost nothing; the call goes on with another one. */
    void inVain(CallEnd.Outcome outcome) {
        upstreamEnded();
        earlier.add(attempt(outcome, Money.ZERO, null));
        waitedNanos += upstreamNanos;
        upstreamNanos = 0;
        upstreamStatus = 0;
    }

    /** The attempts up to now, this call's own ones under its id: it has ended, and another one tells of them. */
    void handOverTo(Call other, CallEnd.Outcome outcome, @Nullable Money cost) {
        for (CallEnd.Attempt attempt : earlier) {
            other.earlier.add(attempt.call() == null ? under(attempt) : attempt);
        }
        other.earlier.add(attempt(outcome, cost, id));
        other.waitedNanos = waitedNanos + upstreamNanos;
    }

    private CallEnd.Attempt under(CallEnd.Attempt attempt) {
        return new CallEnd.Attempt(
                attempt.provider(),
                attempt.model(),
                attempt.httpStatus(),
                attempt.startedAt(),
                attempt.latencyMs(),
                attempt.outcome(),
                attempt.cost(),
                id);
    }

    /** The time of a pause between attempts is not ours. */
    void paused(long nanos) {
        waitedNanos += nanos;
    }

    /** Where its answer may be kept; none if it may not. */
    ResponseCache.@Nullable Key keptUnder() {
        return keptUnder;
    }

    void keepUnder(ResponseCache.Key place) {
        keptUnder = place;
    }

    /** What the call is billed by is known before it leaves; nothing if the price does not cover it. */
    Optional<PriceBound> billedBy(PriceBound price) {
        return facts().billedBy(price).map(billed -> {
            facts = billed;
            return billed.withUnits(price);
        });
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
        format.limitOutput(shorter, facts().named(to.model()), tokens);
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
        return latencyNanos() - upstreamNanos - waitedNanos;
    }

    /** @param cost as far as it is known */
    CallEnd end(@Nullable String modelServed, CallEnd.Outcome outcome, @Nullable Money cost) {
        List<CallEnd.Attempt> attempts = new ArrayList<>(earlier.size() + 1);
        attempts.addAll(earlier);
        attempts.add(attempt(outcome, cost, null));
        return new CallEnd(
                modelServed,
                upstreamStatus,
                TimeUnit.NANOSECONDS.toMillis(latencyNanos()),
                outcome,
                attempts,
                preview == null ? null : preview.ofAnswer(),
                null);
    }

    /** The end of a call whose answer was there already. */
    CallEnd repeated(@Nullable String modelServed, CallEnd.Repeated repeated) {
        return new CallEnd(
                modelServed,
                upstreamStatus,
                TimeUnit.NANOSECONDS.toMillis(latencyNanos()),
                CallEnd.Outcome.COMPLETED,
                List.of(),
                null,
                repeated);
    }

    private CallEnd.Attempt attempt(CallEnd.Outcome outcome, @Nullable Money cost, @Nullable CallId under) {
        return new CallEnd.Attempt(
                provider().served(),
                model(),
                upstreamStatus,
                sentAt,
                TimeUnit.NANOSECONDS.toMillis(upstreamNanos),
                outcome,
                cost,
                under);
    }
}
