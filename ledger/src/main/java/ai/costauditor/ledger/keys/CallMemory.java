package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a key that have ended, so that a command that comes twice gets its first answer again. It forgets after a
 * while and says so: an id that may be older than the memory has to be looked up in the record. What the running batch has
 * ended is not in the record yet, so it is not forgotten, whatever the clocks of the commands say.
 */
final class CallMemory {

    static final Duration REMEMBERED = Duration.ofSeconds(10);
    static final int LARGEST = 20_000;

    /**
     * @param refused why it was refused; none if it was authorised
     * @param end how it ended, none if it was refused
     */
    record Past(
            String fingerprint,
            Money hold,
            @Nullable Refusal refused,
            @Nullable BudgetBalance balance,
            @Nullable End end,
            @Nullable Money cost,
            Instant at) {

        static Past denied(KeyEvent.CallDenied e) {
            return new Past(e.request().fingerprint(), e.hold().amount(), e.reason(), e.balance(), null, null, e.at());
        }

        static Past ended(OpenCall call, End end, @Nullable Money cost, Instant at) {
            return new Past(call.request().fingerprint(), call.hold().amount(), null, null, end, cost, at);
        }
    }

    enum End {
        SETTLED,
        RELEASED
    }

    private final LinkedHashMap<CallId, Past> past = new LinkedHashMap<>();
    private Instant newest = Instant.MIN;
    private String newestId = "";
    private String forgottenUpTo = "";
    private @Nullable Object batch;
    private int ofBatch;

    /** @param running the batch that records it; none if it is in the record already */
    void remember(CallId call, Past ended, @Nullable Object running) {
        if (running == null || running != batch) {
            batch = running;
            ofBatch = 0;
        }
        ofBatch += running == null ? 0 : 1;
        past.putLast(call, ended);
        newestId = call.value().compareTo(newestId) > 0 ? call.value() : newestId;
        if (ended.at().isAfter(newest)) {
            newest = ended.at();
        }
        forgetOld();
    }

    @Nullable Past recall(CallId call) {
        return past.get(call);
    }

    /** Ids carry their time, so only one that is no newer than a forgotten one can have been forgotten. */
    boolean mayHaveForgotten(CallId call) {
        return call.value().compareTo(forgottenUpTo) <= 0;
    }

    /** A snapshot does not carry the memory, only where it begins. */
    void forgetAllUpTo(String id) {
        forgottenUpTo = id;
        newestId = id;
    }

    String newestId() {
        return newestId;
    }

    private void forgetOld() {
        Instant horizon = newest.minus(REMEMBERED);
        Iterator<Map.Entry<CallId, Past>> oldest = past.entrySet().iterator();
        for (int mayGo = past.size() - ofBatch; mayGo > 0; mayGo--) {
            Map.Entry<CallId, Past> entry = oldest.next();
            if (past.size() <= LARGEST && !entry.getValue().at().isBefore(horizon)) {
                return;
            }
            String id = entry.getKey().value();
            forgottenUpTo = id.compareTo(forgottenUpTo) > 0 ? id : forgottenUpTo;
            oldest.remove();
        }
    }
}
