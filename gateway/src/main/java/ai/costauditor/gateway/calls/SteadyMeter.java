package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.gateway.wire.SseEvent;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a fault in the reading of an answer away from the answer: the client gets its bytes, and what was used is unknown
 * from then on, so that the hold stays and a person sees it.
 */
final class SteadyMeter implements Meter {

    private static final Logger LOG = LoggerFactory.getLogger(SteadyMeter.class);
    private static final Reading NOTHING = new Reading(null, null, Usage.unknown(), List.of(), 0, End.OPEN);

    private final Call call;
    private final Meter meter;
    private boolean failed;

    private SteadyMeter(Call call, Meter meter) {
        this.call = call;
        this.meter = meter;
    }

    static Meter of(Call call) {
        return new SteadyMeter(call, call.answering());
    }

    @Override
    public void head(Function<String, @Nullable String> header) {
        attempt(it -> it.head(header));
    }

    @Override
    public void body(byte[] body) {
        attempt(it -> it.body(body));
    }

    @Override
    public Pass event(SseEvent event) {
        return attempt(it -> it.event(event), Pass.ON);
    }

    @Override
    public byte[] shown(SseEvent event) {
        return attempt(it -> it.shown(event), event.raw());
    }

    @Override
    public void ended() {
        attempt(Meter::ended);
    }

    @Override
    public Reading reading() {
        return attempt(Meter::reading, NOTHING);
    }

    @Override
    public @Nullable String storedAs() {
        return orNone(Meter::storedAs);
    }

    @Override
    public @Nullable String description() {
        return orNone(Meter::description);
    }

    @Override
    public boolean isPending() {
        return attempt(Meter::isPending, false);
    }

    @Override
    public @Nullable Meter subject() {
        return orNone(Meter::subject);
    }

    private void attempt(Consumer<Meter> step) {
        attempt(
                it -> {
                    step.accept(it);
                    return true;
                },
                false);
    }

    private <T> T attempt(Function<Meter, T> step, T otherwise) {
        T result = orNone(step);
        return result == null ? otherwise : result;
    }

    private <T> @Nullable T orNone(Function<Meter, @Nullable T> step) {
        if (failed) {
            return null;
        }
        try {
            return step.apply(meter);
        } catch (RuntimeException e) {
            failed = true;
            LOG.error("the answer to call {} cannot be read, so its usage is unknown", call.id(), withoutText(e));
            return null;
        }
    }

    /** Messages of parsers quote what they read, which is the customer's. */
    private static RuntimeException withoutText(RuntimeException e) {
        RuntimeException bare = new IllegalStateException(e.getClass().getName());
        bare.setStackTrace(e.getStackTrace());
        return bare;
    }
}
