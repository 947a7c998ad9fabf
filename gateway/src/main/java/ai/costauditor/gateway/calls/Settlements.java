package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ends calls in the ledger: each with exactly one of settled, released or expired. */
public final class Settlements {

    private static final Pattern DATE = Pattern.compile("-20\\d{2}-?\\d{2}-?\\d{2}");

    private static final Duration GIVE_UP_IN_BACKGROUND = Duration.ofMinutes(10);

    private final Ledger ledger;
    private final PriceCatalogue prices;
    private final GatewayMeters meters;
    private final Duration within;

    Settlements(Ledger ledger, PriceCatalogue prices, GatewayMeters meters, GatewaySettings settings) {
        this.ledger = ledger;
        this.prices = prices;
        this.meters = meters;
        this.within = settings.settleWithin();
    }

    /** The answer is complete: what it says of its usage counts; text without usage is estimated; else nobody knows. */
    Settlement ended(Call call, Reading reading, CallEnd.Outcome outcome) {
        Usage usage = reading.usage();
        return switch (usage.status()) {
            case EXACT, ESTIMATED -> settle(call, reading, usage, outcome);
            case INVALID -> expire(call, reading.model(), usage, outcome);
            case UNKNOWN ->
                reading.outputBytes() > 0
                        ? settle(call, reading, estimate(call, reading), outcome)
                        : expire(call, reading.model(), null, outcome);
        };
    }

    /** Four bytes of text are about a token: a rule of thumb for English, and marked as an estimate. */
    private static Usage estimate(Call call, Reading reading) {
        return new Usage(
                Usage.Status.ESTIMATED,
                Map.of(TokenKind.INPUT, call.facts().inputEstimate(), TokenKind.OUTPUT, reading.outputBytes() / 4 + 1),
                Map.of(),
                null);
    }

    private Settlement settle(Call call, Reading reading, Usage usage, CallEnd.Outcome outcome) {
        Charge charge = call.format().isFree() ? Charge.of("free", java.util.List.of()) : charge(call, reading, usage);
        CallEnd end = call.end(reading.model(), outcome);
        Settlement settlement = record(new SettleCall(call.key().id(), call.id(), usage, charge, end, call.now()));
        meters.used(call, usage, charge);
        meters.ended(call, "settled");
        return settlement;
    }

    /** By the model that the answer names; a dated snapshot that the list does not know costs what its plain name costs. */
    private Charge charge(Call call, Reading reading, Usage usage) {
        String served = reading.model() == null ? call.model() : reading.model();
        String plain = DATE.matcher(served).replaceFirst("");
        String provider = call.provider().name();
        boolean known = prices.bound(provider, served, call.startedAt()).isPresent();
        return prices.charge(provider, known ? served : plain, reading.serviceTier(), usage, call.startedAt());
    }

    /** It is certain that nothing was billed. */
    Settlement release(Call call, CallEnd.Outcome outcome) {
        Settlement settlement =
                record(new ReleaseCall(call.key().id(), call.id(), call.end(null, outcome), call.now()));
        meters.ended(call, "released");
        return settlement;
    }

    /** Nobody knows: the amount stays counted. */
    Settlement expire(Call call, @Nullable String served, @Nullable Usage usage, CallEnd.Outcome outcome) {
        Settlement settlement =
                record(new ExpireHold(call.key().id(), call.id(), call.end(served, outcome), usage, call.now()));
        meters.ended(call, "expired");
        return settlement;
    }

    /**
     * Tries until the ledger has it. Ends of calls are idempotent, so a lost answer does no harm.
     *
     * @throws LedgerUnavailable if it takes too long for a caller to wait; the ledger still gets it when it is back
     */
    private Settlement record(Command<Settlement> command) {
        try {
            return tryFor(command, within);
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
