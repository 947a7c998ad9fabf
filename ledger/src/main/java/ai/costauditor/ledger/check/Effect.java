package ai.costauditor.ledger.check;

import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an event says, in terms that every examination understands; a new kind of event is one more way to make one. */
public sealed interface Effect {

    /** Something that counts in money: against the limits of a key and of the scopes above it. */
    sealed interface Counted extends Effect {

        CallState.Owner owner();

        /** None for a credit that is about no call in particular. */
        @Nullable String call();

        List<Posting> postings();

        /** Where the event repeats what was said before, but otherwise. */
        List<String> contradictions();
    }

    /** @param at it counts in the windows that hold this moment */
    record Posting(Instant at, Amounts change) {}

    /**
     * A call began, changed or ended.
     *
     * @param countsAt the moment at which its cost counts: that of the authorisation, unless its month was closed
     */
    record Step(@Nullable CallState before, CallState after, Instant countsAt, List<String> contradictions)
            implements Counted {

        @Override
        public CallState.Owner owner() {
            return after.owner();
        }

        @Override
        public String call() {
            return after.id();
        }

        @Override
        public List<Posting> postings() {
            Amounts change = before == null ? after.amounts() : after.amounts().minus(before.amounts());
            Amounts reserved = new Amounts(Money.ZERO, change.held(), change.unresolved());
            Amounts spent = new Amounts(change.spent(), Money.ZERO, Money.ZERO);
            return Stream.of(new Posting(after.startedAt(), reserved), new Posting(countsAt, spent))
                    .filter(posting -> !posting.change().isNothing())
                    .toList();
        }

        public boolean isAuthorisation() {
            return before == null && after.status() == CallState.Status.OPEN;
        }
    }

    /**
     * What was spent is corrected.
     *
     * @param corrected the call; none for a credit that is about none in particular
     * @param before the call, if nobody knew its cost until now
     * @param after the same call, with its cost in this adjustment
     */
    record Adjusted(
            CallState.Owner owner,
            String kind,
            Money amount,
            Instant countsAt,
            @Nullable Corrected corrected,
            @Nullable CallState before,
            @Nullable CallState after,
            List<String> contradictions)
            implements Counted {

        @Override
        public @Nullable String call() {
            return corrected == null ? null : corrected.call();
        }

        @Override
        public List<Posting> postings() {
            Posting spent = new Posting(countsAt, new Amounts(amount, Money.ZERO, Money.ZERO));
            return before == null || after == null
                    ? List.of(spent)
                    : List.of(new Posting(before.startedAt(), after.amounts().minus(before.amounts())), spent);
        }
    }

    /** What an adjustment says about the call that it corrects. */
    record Corrected(String call, String provider, String model) {}

    /** A refusal; it changes nothing that is counted in money. */
    record Refused(CallState call, @Nullable Balance balance) implements Effect {}

    /** Where a limit stood, as it was written into an event. {@code scope} is the key's id if no other is named. */
    record Balance(String scope, Limit limit, Instant windowStart, Amounts amounts) {}

    /** @param raise none if the limit is as it was set */
    record Limit(
            Window window,
            boolean hard,
            Money limit,
            @Nullable Raise raise) {

        record Raise(Money by, Instant until) {}

        /** As it stands at a moment: higher by the raise as long as that lasts, and without it afterwards. */
        Limit at(Instant moment) {
            if (raise == null) {
                return this;
            }
            return moment.isBefore(raise.until())
                    ? new Limit(window, hard, limit.plus(raise.by()), raise)
                    : new Limit(window, hard, limit, null);
        }
    }

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

    /**
     * @param call none if it is about no call in particular
     */
    record Move(@Nullable String call, boolean isHold, Posting posting) {}

    /**
     * What was spent has reached a part of a limit.
     *
     * @param scope the id of a key or of a scope above
     * @param at the money counts in the windows of this moment
     */
    record Told(String scope, Window window, boolean hard, int percent, Money limit, Money spent, Instant at)
            implements Effect {}

    /** About what the keys below a scope may do; it changes nothing that is counted in money. */
    sealed interface OfPolicy extends Effect {

        String scope();
    }

    /** What the policy limits, and so is counted from here on. */
    record PolicySet(String scope, boolean requests, boolean tokens, boolean parallel) implements OfPolicy {}

    /**
     * What a batch counted under a policy.
     *
     * @param seconds since the epoch, with what was counted in each
     * @param open calls that run: the difference, which may be negative
     */
    record PolicyCounted(String scope, Map<Long, Rate> seconds, long open) implements OfPolicy {}

    /** Authorised calls, and settled tokens. */
    record Rate(long requests, long tokens) {
        static final Rate NOTHING = new Rate(0, 0);

        Rate plus(Rate other) {
            return new Rate(requests + other.requests, tokens + other.tokens);
        }
    }

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
