package ai.costauditor.ledger.check;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the events so far say about one call.
 *
 * @param startedAt of the authorisation or the refusal: everything counts there
 * @param hold what was reserved; of a refused call, what it would have needed
 * @param refusal why it was refused
 * @param counting where it counts once it has ended
 */
public record CallState(
        String id,
        Owner owner,
        Request request,
        Instant startedAt,
        Status status,
        Hold hold,
        @Nullable End end,
        @Nullable Usage usage,
        @Nullable Charge charge,
        @Nullable String refusal,
        Counting counting) {

    /** Who it is charged to. */
    public record Owner(
            String key,
            String organisation,
            String team,
            String project,
            @Nullable String user) {}

    public record Request(
            String provider,
            String endpoint,
            String model,
            @Nullable String fingerprint) {}

    public record Hold(Money amount, Instant expires, String node) {}

    public record End(Instant at, @Nullable String modelServed, String outcome) {}

    /** @param tokens by the stored name of their kind */
    public record Usage(String status, Map<String, Long> tokens) {}

    /** @param cost none while nobody knows */
    public record Charge(String status, @Nullable Money cost, List<Item> items) {}

    /**
     * Everything counts at the authorisation, unless its month was closed before.
     *
     * @param at where the call counts: at its authorisation, or in an open month if it ended after the close
     * @param chargedAt where its late end counts alone, because the call itself was counted before the close
     * @param resolved by an adjustment, which says what it cost
     */
    public record Counting(Instant at, @Nullable Instant chargedAt, boolean resolved) {

        static Counting at(Instant at) {
            return new Counting(at, null, false);
        }

        /** @param late the call had been counted already */
        Counting ended(@Nullable Instant afterClose, boolean late) {
            if (afterClose == null) {
                return this;
            }
            return late ? new Counting(at, afterClose, resolved) : new Counting(afterClose, chargedAt, resolved);
        }
    }

    /** A line of a charge: quantity × price of {@code per} units. */
    public record Item(String kind, BigDecimal quantity, BigDecimal price, BigDecimal per, Money amount) {}

    public enum Status {
        OPEN,
        SETTLED,
        SETTLED_LATE,
        RELEASED,
        EXPIRED,
        DENIED;

        private final String storedName = name().toLowerCase(java.util.Locale.ROOT);

        public String storedName() {
            return storedName;
        }
    }

    /** The model that answered; if none did, the one that was asked for. */
    public String model() {
        return end == null || end.modelServed() == null ? request.model() : end.modelServed();
    }

    /** None while nobody knows; a call that was released or refused has none either. */
    public @Nullable Money cost() {
        return charge == null ? null : charge.cost();
    }

    /** Nobody knows what it cost, and somebody may yet say. */
    public boolean isUnresolved() {
        boolean isUnknown = status == Status.EXPIRED
                || (status == Status.SETTLED || status == Status.SETTLED_LATE) && cost() == null;
        return isUnknown && !counting.resolved();
    }

    /** What it counts against its limits. */
    public Amounts amounts() {
        Money cost = cost();
        return new Amounts(
                cost == null ? Money.ZERO : cost,
                status == Status.OPEN ? hold.amount() : Money.ZERO,
                isUnresolved() ? hold.amount() : Money.ZERO);
    }

    CallState until(Instant expires) {
        Hold longer = new Hold(hold.amount(), expires, hold.node());
        return new CallState(id, owner, request, startedAt, status, longer, end, usage, charge, refusal, counting);
    }

    CallState resolved() {
        Counting resolved = new Counting(counting.at(), counting.chargedAt(), true);
        return new CallState(id, owner, request, startedAt, status, hold, end, usage, charge, refusal, resolved);
    }

    /**
     * @param newEnd the model that an earlier one named stays if this one names none
     * @param afterClose where it counts if the month of the authorisation was closed
     */
    CallState ended(
            Status newStatus,
            End newEnd,
            @Nullable Usage newUsage,
            @Nullable Charge newCharge,
            @Nullable Instant afterClose) {
        String served = newEnd.modelServed() == null && end != null ? end.modelServed() : newEnd.modelServed();
        return new CallState(
                id,
                owner,
                request,
                startedAt,
                newStatus,
                hold,
                new End(newEnd.at(), served, newEnd.outcome()),
                newUsage == null ? usage : newUsage,
                newCharge == null ? charge : newCharge,
                refusal,
                counting.ended(afterClose, status == Status.EXPIRED));
    }
}
