package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For answers that are not billed themselves. What they say may be about something that is: then another meter reads it.
 */
final class FreeMeter implements Meter {

    private static final Usage NOTHING = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);

    private final @Nullable String model;
    private final @Nullable Meter subject;

    FreeMeter(@Nullable String model) {
        this(model, null);
    }

    /** @param subject reads what the answer says of the object that was asked for */
    FreeMeter(@Nullable String model, @Nullable Meter subject) {
        this.model = model;
        this.subject = subject;
    }

    @Override
    public void body(byte[] body) {
        if (subject != null) {
            subject.body(body);
        }
    }

    @Override
    public Pass event(SseEvent event) {
        return subject == null ? Pass.ON : subject.event(event);
    }

    @Override
    public Reading reading() {
        return new Reading(
                model,
                null,
                NOTHING,
                List.of(),
                0,
                subject == null ? End.OPEN : subject.reading().end());
    }

    /** Of what the request has made. */
    @Override
    public @Nullable String storedAs() {
        return subject == null ? null : subject.storedAs();
    }

    @Override
    public @Nullable String description() {
        return subject == null ? null : subject.description();
    }

    @Override
    public @Nullable Meter subject() {
        return subject;
    }
}
