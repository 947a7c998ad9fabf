package ai.costauditor.projections;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Calls with every kind of end that there is, the same for the same seed. */
final class Traffic {

    private final ReadSide ledger;
    private final RandomGenerator random;

    Traffic(ReadSide ledger, RandomGenerator random) {
        this.ledger = ledger;
        this.random = random;
    }

    void flow(List<KeyId> keys, Instant from, Duration over, int calls) {
        for (int i = 0; i < calls; i++) {
            Instant at = from.plusMillis(random.nextLong(over.toMillis()));
            one(keys.get(random.nextInt(keys.size())), at);
        }
        Change change = new Change("user_ada", from, "enough");
        ledger.execute(new SuspendKey(keys.getFirst(), change));
        ledger.execute(new ResumeKey(keys.getFirst(), change));
    }

    private void one(KeyId key, Instant at) {
        CallId call = CallId.next();
        String hold = "0.0" + (1 + random.nextInt(9_999));
        if (ledger.authorise(key, call, "prompt " + random.nextInt(20), hold, at) instanceof Refused) {
            return;
        }
        String cost = "0.00" + random.nextInt(100_000);
        Instant end = at.plusMillis(random.nextInt(60_000));
        switch (random.nextInt(14)) {
            case 0 -> ledger.release(key, call, end);
            case 1 -> ledger.expire(key, call, end);
            case 2 -> {
                ledger.expire(key, call, end);
                ledger.settle(key, call, cost, end.plusSeconds(5));
            }
            case 3 -> {
                ledger.expire(key, call, end);
                ledger.release(key, call, end.plusSeconds(5));
            }
            case 4 -> ledger.settleUnpriced(key, call, end);
            case 5 -> {
                // still open
            }
            case 6 -> {
                ledger.execute(new ExtendHold(key, call, end.plusSeconds(900), end));
                ledger.settle(key, call, cost, end.plusSeconds(60));
            }
            case 7 -> {
                ledger.settle(key, call, cost, end);
                ledger.adjust(key, AdjustmentKind.CORRECTION, call, "0.0123", end.plusSeconds(7200));
                ledger.adjust(key, AdjustmentKind.CREDIT, call, "-0.000000000001", end.plusSeconds(7201));
            }
            case 8 -> {
                ledger.expire(key, call, end);
                ledger.adjust(key, AdjustmentKind.CORRECTION, call, random.nextBoolean() ? "0" : cost, end);
            }
            case 9 -> {
                ledger.settleUnpriced(key, call, end);
                ledger.adjust(key, AdjustmentKind.RE_RATING, call, cost, end.plusSeconds(86_400));
            }
            case 10 -> {
                ledger.release(key, call, end);
                ledger.adjust(key, AdjustmentKind.CORRECTION, call, cost, end);
                ledger.adjust(key, AdjustmentKind.CREDIT, null, "-0.01", end);
            }
            default -> ledger.settle(key, call, cost, end);
        }
    }
}
