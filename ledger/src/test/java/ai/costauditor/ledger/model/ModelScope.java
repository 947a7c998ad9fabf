package ai.costauditor.ledger.model;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.budgets.BudgetEvent.Moved;
import ai.costauditor.ledger.budgets.BudgetEvent.ThresholdReached;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.Scope;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** A user, project, team or organisation. It counts always; the real one only while it has limits. */
final class ModelScope {

    final Scope scope;
    final Sums sums;
    List<BudgetLimit> limits = List.of();

    /** It had limits once, so it has a stream. */
    boolean exists;

    /** Of the running batch. */
    private List<Move> moves = new ArrayList<>();

    ModelScope(Scope scope, ZoneId zone) {
        this.scope = scope;
        this.sums = new Sums(zone);
    }

    boolean isLimited() {
        return !limits.isEmpty();
    }

    void open() {
        moves.clear();
    }

    List<BudgetBalance> balances(Instant at) {
        return limits.stream().map(limit -> balance(limit, at)).toList();
    }

    BudgetBalance balance(BudgetLimit limit, Instant at) {
        return sums.balance(scope.type(), scope.id(), limit, at);
    }

    void move(Move move) {
        if (isLimited()) {
            moves.add(move);
        }
    }

    /** One event for all, and then what they made of thresholds. */
    List<BudgetEvent> endOfBatch() {
        List<BudgetEvent> events = new ArrayList<>();
        if (!moves.isEmpty()) {
            events.add(new Moved(scope, List.copyOf(moves)));
            for (Move move : moves) {
                if (Millionths.of(move.cost()) != 0) {
                    sums.reached(limits, move.at())
                            .forEach(threshold -> events.add(new ThresholdReached(scope, threshold, move.at())));
                }
            }
        }
        moves = new ArrayList<>();
        return events;
    }
}
