package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.unfinished.Unfinished;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.organisations.Attribution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What answers say of stored objects, written down before the client learns it. */
final class StoredAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(StoredAnswers.class);

    private final StoredObjects objects;
    private final Unfinished unfinished;

    StoredAnswers(StoredObjects objects, Unfinished unfinished) {
        this.objects = objects;
        this.unfinished = unfinished;
    }

    /**
     * As soon as an answer names what the provider keeps, it has an owner.
     *
     * @throws LedgerUnavailable if that cannot be written
     */
    void named(Call call, Meter meter) {
        StoredKind kind = call.made() == null ? call.keeps() : null;
        String id = kind == null ? null : meter.storedAs();
        if (kind == null || id == null) {
            return;
        }
        Attribution owner = call.key().attribution();
        StoredObject made = new StoredObject(
                call.provider().name(),
                id,
                kind,
                owner.organisation(),
                owner.project(),
                call.key().id(),
                call.id(),
                call.model(),
                call.startedAt(),
                Unfinished.context(meter.reading().usage()),
                meter.description(),
                meter.isPending());
        call.made(made);
        try {
            objects.remember(made);
        } catch (LedgerUnavailable e) {
            if (made.pending() || kind == StoredKind.FILE) {
                throw e;
            }
            LOG.warn("{} cannot be asked for later: {}", id, e.toString());
        }
    }

    /** The answer may tell how another call has ended, which then counts before this one is answered. */
    void told(Call call, Meter meter) {
        StoredObject asked = call.object();
        Meter subject = meter.subject();
        if (asked != null && subject != null && asked.id().equals(subject.storedAs()) && !call.sends("DELETE")) {
            String description = subject.description();
            if (asked.kind() == StoredKind.RESPONSE) {
                unfinished.told(asked, subject.reading());
            } else if (description != null) {
                unfinished.told(asked, description);
            }
        }
    }

    /** The call is settled. */
    void ended(Call call, Meter meter) {
        StoredObject made = call.made();
        Long context = made == null ? null : Unfinished.context(meter.reading().usage());
        if (made != null && (made.pending() || context != null && made.context() == null)) {
            objects.finished(made, context);
        }
        if (call.object() != null && call.sends("DELETE")) {
            objects.forget(call.object());
        }
    }
}
