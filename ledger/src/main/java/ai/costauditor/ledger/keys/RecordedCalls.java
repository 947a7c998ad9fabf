package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.adjustments.ChargedCall;
import ai.costauditor.ledger.adjustments.ChargedCalls;
import ai.costauditor.ledger.adjustments.UnpricedCall;
import ai.costauditor.ledger.keys.CallMemory.End;
import ai.costauditor.ledger.keys.CallMemory.Past;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.store.EventJson;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds a call in the record. Only an id that is older than what its key remembers is looked up. */
final class RecordedCalls implements CallHistory, ChargedCalls {

    private final JdbcClient sql;
    private final EventJson json;

    RecordedCalls(DataSource dataSource, EventJson json) {
        this.sql = JdbcClient.create(dataSource);
        this.json = json;
    }

    @Override
    public Optional<ChargedCall> charged(KeyId key, CallId call) {
        ChargedCall charged = null;
        for (Object event : eventsOf(key, call)) {
            switch (event) {
                case CallAuthorised e -> charged = charged(e);
                case CallSettled e ->
                    charged = charged(charged, e.end(), e.charge().total());
                case CallSettledLate e ->
                    charged = charged(charged, e.end(), e.charge().total());
                case CallReleased e -> charged = charged(charged, e.end(), Money.ZERO);
                default -> {}
            }
        }
        return Optional.ofNullable(charged);
    }

    private static ChargedCall charged(CallAuthorised e) {
        CallRequest request = e.request();
        return new ChargedCall(e.call(), e.attribution(), request.provider(), request.model(), e.at(), null);
    }

    private static @Nullable ChargedCall charged(@Nullable ChargedCall call, CallEnd end, @Nullable Money cost) {
        if (call == null) {
            return null;
        }
        String model = end.modelServed() == null ? call.model() : end.modelServed();
        return new ChargedCall(call.call(), call.attribution(), call.provider(), model, call.authorisedAt(), cost);
    }

    @Override
    public Optional<UnpricedCall> unpriced(KeyId key, CallId call) {
        UnpricedCall unpriced = null;
        for (Object event : eventsOf(key, call)) {
            switch (event) {
                case CallSettled e -> unpriced = unpriced(e.request(), e.usage(), e.charge(), e);
                case CallSettledLate e -> unpriced = unpriced(e.request(), e.usage(), e.charge(), e);
                case CallReleased e -> unpriced = null;
                case ChargeAdjusted e -> unpriced = null;
                default -> {}
            }
        }
        return Optional.ofNullable(unpriced);
    }

    private static @Nullable UnpricedCall unpriced(
            CallRequest request, Usage usage, Charge charge, KeyEvent.Ended end) {
        return charge.status() == PriceStatus.PRICED
                ? null
                : new UnpricedCall(end.call(), request.provider(), charge.unrated(), usage, end.authorisedAt());
    }

    @Override
    public Optional<Past> find(KeyId key, CallId call) {
        Past past = null;
        OpenCall open = null;
        for (Object event : eventsOf(key, call)) {
            switch (event) {
                case CallAuthorised e -> open = new OpenCall(e.attribution(), e.request(), e.hold(), e.at());
                case CallDenied e -> past = Past.denied(e);
                case CallSettled e -> past = ended(open, End.SETTLED, e.charge().total(), e);
                case CallSettledLate e ->
                    past = ended(open, End.SETTLED, e.charge().total(), e);
                case CallReleased e -> past = ended(open, End.RELEASED, Money.ZERO, e);
                case ChargeAdjusted e -> past = resolved(open, past, e);
                default -> {}
            }
        }
        return Optional.ofNullable(past);
    }

    private static @Nullable Past ended(@Nullable OpenCall open, End end, @Nullable Money cost, KeyEvent.OfCall event) {
        return open == null ? null : Past.ended(open, end, cost, event.at());
    }

    /** The first adjustment of a call whose cost nobody knew is its end. */
    private static @Nullable Past resolved(@Nullable OpenCall open, @Nullable Past past, ChargeAdjusted e) {
        return open == null || e.corrected() == null || e.corrected().unresolved() == null
                ? past
                : Past.ended(open, End.SETTLED, e.amount(), e.change().at());
    }

    private List<?> eventsOf(KeyId key, CallId call) {
        return sql.sql("""
                        select event_type, revision, payload from ledger_event
                        where call = ? and stream = ? order by version""")
                .params(call.value(), key.value())
                .query((row, n) -> json.<String, Object>deserialize(new SimpleSerializedObject<>(
                        row.getString("payload"),
                        String.class,
                        row.getString("event_type"),
                        row.getString("revision"))))
                .list();
    }
}
