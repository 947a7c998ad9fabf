package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.charges.Charging;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Ends calls in the ledger: each with exactly one of settled, released or expired. */
final class Settlements {

    private static final Duration GIVE_UP_IN_BACKGROUND = Duration.ofMinutes(10);
    private static final Charge REPEATED = Charge.of("cache", List.of());
    private static final Usage NOTHING = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);
    private static final Charge FREE = Charge.of("free", List.of());

    private final Ledger ledger;
    private final Charging charging;
    private final GatewayMeters meters;
    private final GatewaySettings settings;

    Settlements(Ledger ledger, Charging charging, GatewayMeters meters, GatewaySettings settings) {
        this.ledger = ledger;
        this.charging = charging;
        this.meters = meters;
        this.settings = settings;
    }

    /**
     * No more of the answer comes: what it says of its usage counts; text without usage is estimated; else nobody knows.
     * Stream or not, every answer is accounted for here.
     *
     * @throws LedgerUnavailable if it cannot be recorded in time; it is recorded later
     */
    Settlement answered(Call call, Reading reading, Outcome outcome) {
        Usage usage = reading.usage();
        return switch (usage.status()) {
            case EXACT, ESTIMATED -> settle(call, reading, usage, outcome);
            case INVALID -> expire(call, reading.model(), usage, outcome);
            case UNKNOWN ->
                reading.outputBytes() > 0
                        ? settle(call, reading, estimate(call.facts(), reading), outcome)
                        : expire(call, reading.model(), null, outcome);
        };
    }

    /** Input as far as the answer has named it, else by its text; output by the text that came. */
    private static Usage estimate(RequestFacts facts, Reading reading) {
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        tokens.putAll(reading.usage().tokens());
        if (tokens.isEmpty()) {
            tokens.put(TokenKind.INPUT, facts.inputEstimate());
        }
        tokens.put(TokenKind.OUTPUT, RequestFacts.estimate(reading.outputBytes()));
        return new Usage(Usage.Status.ESTIMATED, tokens, reading.usage().units(), null);
    }

    private Settlement settle(Call call, Reading reading, Usage usage, Outcome outcome) {
        Charge charge = call.format().isFree() ? FREE : charge(call, reading, usage);
        Settlement settlement = end(
                call,
                "settled",
                new SettleCall(
                        call.key().id(),
                        call.id(),
                        usage,
                        charge,
                        call.end(reading.model(), outcome, charge.total()),
                        call.now()));
        meters.used(call, usage, charge);
        return settlement;
    }

    /** An answer that was there already: nothing was used, and what asking again would have cost is written down. */
    Settlement repeated(Call call, ResponseCache.Entry entry, Duration age) {
        Money avoided = charge(call, entry.reading(), entry.reading().usage()).total();
        CallEnd end = call.repeated(
                entry.reading().model(), new CallEnd.Repeated(entry.call(), avoided, Math.max(0, age.toMillis())));
        return end(call, "repeated", new SettleCall(call.key().id(), call.id(), NOTHING, REPEATED, end, call.now()));
    }

    private Charge charge(Call call, Reading reading, Usage usage) {
        return charging.of(
                call.key().attribution().organisation(),
                call.provider().name(),
                call.model(),
                reading,
                call.provider().conditions(reading.serviceTier()),
                usage,
                call.startedAt());
    }

    /** The provider goes on with its work: the call ends when that does. */
    void leaveOpen(Call call) {
        if (!call.end()) {
            throw new IllegalStateException(call.id() + " has ended already");
        }
        meters.ended(call, "left_open");
    }

    /** It is certain that nothing was billed. */
    Settlement release(Call call, Outcome outcome) {
        return end(
                call,
                "released",
                new ReleaseCall(call.key().id(), call.id(), call.end(null, outcome, Money.ZERO), call.now()));
    }

    /** Nobody knows: the amount stays counted. */
    Settlement expire(Call call, @Nullable String served, @Nullable Usage usage, Outcome outcome) {
        return end(
                call,
                "expired",
                new ExpireHold(call.key().id(), call.id(), call.end(served, outcome, null), usage, call.now()));
    }

    /** For a call that {@link Call#end()} has taken, but that nobody has ended. */
    void expireAfterFault(Call call) {
        record(
                call,
                "expired",
                new ExpireHold(
                        call.key().id(), call.id(), call.end(null, Outcome.FAILED_UPSTREAM, null), null, call.now()));
    }

    private Settlement end(Call call, String how, Command<Settlement> command) {
        if (!call.end()) {
            throw new IllegalStateException(call.id() + " has ended already");
        }
        return record(call, how, command);
    }

    /**
     * Tries until the ledger has it. Ends of calls are idempotent, so a lost answer does no harm.
     *
     * @throws LedgerUnavailable if it takes too long for a caller to wait; the ledger still gets it when it is back
     */
    private Settlement record(Call call, String how, Command<Settlement> command) {
        meters.ended(call, how);
        try {
            return tryFor(command, settings.settleWithin());
        } catch (LedgerUnavailable e) {
            Thread.ofVirtual().name("late-settlement").start(() -> tryFor(command, GIVE_UP_IN_BACKGROUND));
            throw e;
        }
    }

    private Settlement tryFor(Command<Settlement> command, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        for (long pause = 20_000_000; ; pause = Math.min(pause * 2, 1_000_000_000)) {
            try {
                return ledger.execute(command);
            } catch (LedgerUnavailable e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(pause);
            }
        }
    }
}
