package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.BudgetAccount;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.Threshold;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.policies.Rates;
import java.util.List;
import java.util.Map;

/** The state of a key, so that an old one loads quickly. The calls that have ended are looked up if anyone asks. */
record KeySnapshot(
        KeyIssued issued,
        SecretHash secret,
        Policy policy,
        KeyStatus status,
        Attribution attribution,
        List<Place> places,
        List<BudgetLimit> limits,
        List<BudgetAccount.State> counters,
        List<Call> open,
        List<Call> unresolved,
        List<Rates.Second> rates,
        List<Long> outputSizes,
        List<Threshold> told,
        String newestPast) {

    record Call(CallId call, OpenCall open) {}

    record Place(Attribution attribution, List<BudgetAccount.State> counters) {}

    static List<Call> calls(Map<CallId, OpenCall> calls) {
        return calls.entrySet().stream()
                .map(entry -> new Call(entry.getKey(), entry.getValue()))
                .toList();
    }
}
