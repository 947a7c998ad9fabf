package ai.costauditor.projections.usage;

import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.projections.Projection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the call log, the adjustments and the spend, in one transaction: a total and what is behind it never disagree. */
class CallLog extends Projection<KeyEvent> {

    private final JdbcOperations rows;
    private final SpendSums sums;

    CallLog(JdbcClient database, JdbcOperations rows) {
        super(database, KeyEvent.class, List.of("usage_call", "usage_adjustment", "usage_spend"));
        this.rows = rows;
        this.sums = new SpendSums(database);
    }

    @Override
    protected void write(List<KeyEvent> events) {
        Map<String, CallChange> changes = new LinkedHashMap<>();
        List<AdjustmentRow> adjustments = new ArrayList<>();
        Set<String> ended = new HashSet<>();
        Set<String> correctable = new HashSet<>();
        for (KeyEvent event : events) {
            switch (event) {
                case CallAuthorised e -> change(changes, e).authorised(e);
                case CallDenied e -> change(changes, e).denied(e);
                case CallSettled e -> {
                    change(changes, e).settled(e);
                    ended.add(e.call().value());
                }
                case CallSettledLate e -> {
                    change(changes, e).settledLate(e);
                    ended.add(e.call().value());
                    correctable.add(e.call().value());
                }
                case CallReleased e -> {
                    change(changes, e).released(e);
                    ended.add(e.call().value());
                    correctable.add(e.call().value());
                }
                case HoldExpired e -> {
                    change(changes, e).expired(e);
                    ended.add(e.call().value());
                }
                case HoldExtended e -> {
                    // The log shows the amount that is held, not for how long.
                }
                case ChargeAdjusted e -> {
                    AdjustmentRow row = new AdjustmentRow(e);
                    adjustments.add(row);
                    ended.add(row.id());
                    Corrected call = e.corrected();
                    if (call != null && call.unresolved() != null) {
                        changes.computeIfAbsent(
                                        call.call().value(),
                                        id -> new CallChange(call.call(), e.key(), e.attribution()))
                                .resolved();
                        ended.add(call.call().value());
                        correctable.add(call.call().value());
                    }
                }
                case KeyEvent.ThresholdReached e -> {
                    // About a limit, not about a call.
                }
                case KeyEvent.Administered e -> {
                    // The log is about calls.
                }
            }
        }
        sums.subtract(correctable);
        CallChange.write(rows, changes.values());
        AdjustmentRow.write(rows, adjustments);
        sums.add(ended);
        sums.forgetEmpty(correctable);
    }

    private static CallChange change(Map<String, CallChange> changes, OfCall event) {
        return changes.computeIfAbsent(event.call().value(), call -> new CallChange(event));
    }
}
