package ai.costauditor.gateway.unfinished;

import ai.costauditor.gateway.charges.Charging;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.wire.BatchLines;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.OpenAiResponses;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends the calls whose work went on at the provider: by what the client's own questions bring to light, and by asking. A
 * call is settled under its id, so however often the usage is seen, it is charged once.
 */
public final class Unfinished {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final StoredObjects objects;
    private final Ledger ledger;
    private final Charging charging;
    private final Providers providers;
    private final ProviderFiles files;
    private final InstantSource clock;

    public Unfinished(
            StoredObjects objects,
            Ledger ledger,
            Charging charging,
            Providers providers,
            ProviderFiles files,
            InstantSource clock) {
        this.objects = objects;
        this.ledger = ledger;
        this.charging = charging;
        this.providers = providers;
        this.files = files;
        this.clock = clock;
    }

    /** An answer tells how a response stands. */
    public void told(StoredObject response, Reading reading) {
        if (!response.pending() || reading.end() == Reading.End.OPEN) {
            return;
        }
        if (reading.usage().status() == Usage.Status.EXACT) {
            Charge charge = charging.of(
                    response.organisation(),
                    response.provider(),
                    response.model(),
                    reading,
                    reading.serviceTier(),
                    reading.usage(),
                    response.createdAt());
            settle(response, reading.model(), reading.usage(), charge);
        } else {
            expire(response, reading.model(), reading.usage());
        }
        objects.finished(response, context(reading.usage()));
    }

    /** How many tokens the next response has to read of this one and of all before it; none if nobody knows. */
    public static @Nullable Long context(Usage usage) {
        return usage.status() == Usage.Status.EXACT
                ? usage.tokens().values().stream().mapToLong(Long::longValue).sum()
                : null;
    }

    /** An answer describes a batch: its files belong to whom the batch belongs to. */
    public void told(StoredObject batch, String described) {
        objects.describe(batch, described);
        for (String file : BatchLines.state(described).files()) {
            objects.remember(new StoredObject(
                    batch.provider(),
                    file,
                    StoredKind.FILE,
                    batch.organisation(),
                    batch.project(),
                    batch.key(),
                    batch.call(),
                    batch.model(),
                    now(),
                    null,
                    null,
                    false));
        }
    }

    /** Asks the provider how it stands. */
    public void look(StoredObject object) {
        Provider provider = providers.named(object.provider());
        if (!object.pending() || provider == null || !provider.isConfigured()) {
            return;
        }
        ProviderFiles.Answer answer = files.object(provider, object.kind(), object.id());
        if (answer.status() == NOT_FOUND) {
            giveUp(object);
        } else if (answer.status() == OK && object.kind() == StoredKind.RESPONSE) {
            Meter meter = OpenAiResponses.meterOfStored();
            meter.body(answer.body());
            told(object, meter.reading());
        } else if (answer.status() == OK) {
            lookAtBatch(provider, object, new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    private void lookAtBatch(Provider provider, StoredObject batch, String described) {
        told(batch, described);
        BatchLines.State state = BatchLines.state(described);
        if (!state.ended()) {
            return;
        }
        BatchTotal total = new BatchTotal(batch, charging);
        try {
            read(provider, batch, state, total);
        } catch (IOException e) {
            throw new IllegalStateException("the results of " + batch.id() + " cannot be read yet", e);
        }
        if (total.billed() < state.succeeded()) {
            throw new IllegalStateException("the results of " + batch.id() + " are not complete yet");
        }
        if (total.billed() == 0) {
            release(batch);
        } else if (total.usage().status() == Usage.Status.EXACT) {
            settle(batch, total.model(), total.usage(), total.charge());
        } else {
            expire(batch, total.model(), total.usage());
        }
        objects.finished(batch, null);
    }

    private void read(Provider provider, StoredObject batch, BatchLines.State state, BatchTotal total)
            throws IOException {
        if (batch.kind() == StoredKind.MESSAGE_BATCH) {
            if (state.succeeded() > 0) {
                files.lines(
                        provider,
                        batch.kind(),
                        batch.id(),
                        "/results",
                        line -> add(total, line, BatchLines.messages()));
            }
            return;
        }
        WireFormat format = BatchLines.format(state.url());
        for (String file : state.files()) {
            files.lines(provider, StoredKind.FILE, file, "/content", line -> add(total, line, format));
        }
    }

    private static void add(BatchTotal total, byte[] line, WireFormat format) {
        BatchLines.Result result = BatchLines.result(line, format);
        if (result != null) {
            total.add(result);
        }
    }

    /** It is not there any more, or it never ends: what it cost is for a person to find out. */
    void giveUp(StoredObject object) {
        expire(object, null, null);
        objects.finished(object, null);
    }

    private void settle(StoredObject object, @Nullable String served, Usage usage, Charge charge) {
        ledger.execute(new SettleCall(
                object.key(), object.call(), usage, charge, end(object, served, CallEnd.Outcome.COMPLETED), now()));
    }

    private void release(StoredObject object) {
        ledger.execute(new ReleaseCall(
                object.key(), object.call(), end(object, null, CallEnd.Outcome.REFUSED_UPSTREAM), now()));
    }

    private void expire(StoredObject object, @Nullable String served, @Nullable Usage usage) {
        ledger.execute(new ExpireHold(
                object.key(),
                object.call(),
                end(object, served, CallEnd.Outcome.FAILED_UPSTREAM),
                usage == null || usage.status() == Usage.Status.UNKNOWN ? null : usage,
                now()));
    }

    private CallEnd end(StoredObject object, @Nullable String served, CallEnd.Outcome outcome) {
        long latency = Math.max(0, Duration.between(object.createdAt(), now()).toMillis());
        Provider provider = providers.named(object.provider());
        String answered = provider == null ? object.provider() : provider.served();
        return new CallEnd(
                served,
                OK,
                latency,
                outcome,
                List.of(new CallEnd.Attempt(answered, object.model(), OK, object.createdAt(), latency)));
    }

    /** The ledger keeps microseconds, as PostgreSQL does. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
