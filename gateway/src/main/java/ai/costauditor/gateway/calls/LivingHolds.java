package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extends the holds of calls that run, whether their provider talks, thinks, or waits for a slow client. By a timer and not
 * by what arrives, because a silence may be longer than a hold.
 */
final class LivingHolds {

    private static final Logger LOG = LoggerFactory.getLogger(LivingHolds.class);

    private static final Duration LONGEST_BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final Duration holdFor;
    private final Set<Call> running = ConcurrentHashMap.newKeySet();

    LivingHolds(Ledger ledger, GatewaySettings settings, Deadlines deadlines) {
        this.ledger = ledger;
        this.holdFor = settings.holdFor();
        Duration eighth = holdFor.dividedBy(8);
        deadlines.every(eighth.compareTo(LONGEST_BETWEEN_LOOKS) < 0 ? eighth : LONGEST_BETWEEN_LOOKS, this::extend);
    }

    /** Until {@link #ended}, which must follow whatever happens: a hold that is extended for ever is a leak. */
    void runs(Call call) {
        running.add(call);
    }

    void ended(Call call) {
        running.remove(call);
    }

    private void extend() {
        for (Call call : running) {
            Instant now = call.now();
            Instant extended = call.heldUntil();
            Instant until = extended == null ? call.startedAt().plus(holdFor) : extended;
            if (until.isBefore(now.plus(holdFor.dividedBy(2)))) {
                extend(call, now, now.plus(holdFor));
            }
        }
    }

    /** Without waiting. If the ledger is away it is asked at the next look; of a call without a hold it takes no notice. */
    private void extend(Call call, Instant now, Instant until) {
        ledger.submit(new ExtendHold(call.key().id(), call.id(), until, now)).whenComplete((key, failure) -> {
            if (failure == null) {
                call.heldUntil(until);
            } else {
                LOG.debug("The hold of {} was not extended and will be later", call.id(), failure);
            }
        });
    }
}
