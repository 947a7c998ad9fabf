package ai.costauditor.ledger.check;

import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an event says, in terms that every examination understands; a new kind of event is one more way to make one. */
public sealed interface Effect {

    /**
     * Something changed for one call. All that is counted anywhere is a sum over the calls, before and after.
     *
     * @param contradictions where the event repeats what was said before, but otherwise
     */
    record Step(@Nullable CallState before, CallState after, List<String> contradictions) implements Effect {

        public Amounts change() {
            return before == null ? after.amounts() : after.amounts().minus(before.amounts());
        }

        public boolean isAuthorisation() {
            return before == null && after.status() == CallState.Status.OPEN;
        }
    }

    /** A refusal; it changes nothing that is counted in money. */
    record Refused(CallState call, @Nullable Balance balance) implements Effect {}

    /** Where a limit stood, as it was written into an event. {@code scope} is the key's id if no other is named. */
    record Balance(String scope, Limit limit, Instant windowStart, Amounts amounts) {}

    record Limit(Window window, boolean hard, Money limit) {}

    /** @param opening what it starts with; none if it goes on with what it has */
    record LimitsSet(
            String scope,
            String type,
            String organisation,
            ZoneId zone,
            List<Limit> limits,
            @Nullable Map<Counters.Place, Amounts> opening,
            Instant at)
            implements Effect {}

    record Moved(String scope, List<Move> moves) implements Effect {}

    /** @param at of the authorisation */
    record Move(String call, Amounts change, boolean isHold, Instant at) {}

    /** Keys, teams, people: nothing that is counted. */
    record Administered() implements Effect {}

    /** The event cannot follow the ones before it; it is left out of everything. */
    record Impossible(Rule rule, String what) implements Effect {}

    /** Rules of the order of events. */
    enum Rule {
        KNOWN_TYPE,
        READABLE,
        ONE_BEGINNING,
        AUTHORISED_BEFORE,
        ONE_END,
        LATE_AFTER_EXPIRY
    }
}
