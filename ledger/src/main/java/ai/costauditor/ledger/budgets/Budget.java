package ai.costauditor.ledger.budgets;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.budgets.BudgetCommand.RecordMoves;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetCommand.TellBalances;
import ai.costauditor.ledger.budgets.BudgetEvent.LimitsSet;
import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.budgets.BudgetEvent.Moved;
import ai.costauditor.ledger.budgets.BudgetEvent.ThresholdReached;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one scope above the keys. The calls of a batch are checked against what the events say plus what the batch
 * has moved so far; at its end all moves become one event.
 */
@AggregateRoot(type = "budget")
@SuppressWarnings("NullAway.Init") // the first event of a stream is LimitsSet
class Budget {

    @AggregateIdentifier
    private String id;

    private Scope scope;
    private ZoneId zone;

    /** With what the running batch has moved; gone with the aggregate if the batch fails. */
    private BudgetAccount account;

    /** Of the running batch, not yet an event. */
    private List<Move> moves = new ArrayList<>();

    Budget() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Scope handle(SetLimits c, LimitedScopes scopes) {
        boolean wasLimited = account != null && !account.limits().isEmpty();
        if (account == null ? c.limits().isEmpty() : c.limits().equals(account.limits())) {
            return c.scope();
        }
        scopes.changes(c.scope(), !c.limits().isEmpty());
        List<BudgetAccount.State> opening = wasLimited ? null : scopes.spentByKeysOf(c.scope());
        apply(new LimitsSet(c.scope(), c.limits(), c.zone(), opening, c.change()));
        return c.scope();
    }

    @CommandHandler
    List<BudgetBalance> handle(TellBalances c) {
        return balances(c.at());
    }

    @CommandHandler
    Scope handle(RecordMoves c) {
        if (!moves.isEmpty()) {
            List<Move> recorded = List.copyOf(moves);
            apply(new Moved(scope, recorded));
            for (Move move : recorded) {
                if (!move.cost().isZero()) {
                    tellThresholds(move.at());
                }
            }
        }
        return c.scope();
    }

    /** As of the moment in whose windows the money counts; with a raise that ends, the same day has two limits. */
    private void tellThresholds(Instant at) {
        account.reached(at).forEach(threshold -> apply(new ThresholdReached(scope, threshold, at)));
    }

    @Nullable BudgetBalance withoutRoomFor(Money hold, Instant at) {
        for (BudgetLimit limit : account.limits()) {
            BudgetBalance balance = account.balance(limit, at);
            if (limit.isHard() && !BudgetAccount.hasRoom(balance, hold)) {
                return balance.of(scope.type(), scope.id());
            }
        }
        return null;
    }

    /** The least that is left of any hard limit; none without hard limits. */
    @Nullable Money available(Instant at) {
        return account.available(at);
    }

    List<BudgetBalance> balances(Instant at) {
        return account.balances(at).stream()
                .map(balance -> balance.of(scope.type(), scope.id()))
                .toList();
    }

    boolean hasHardLimit() {
        return account.hasHardLimit();
    }

    void move(Move move) {
        moves.add(move);
        move.on(account);
    }

    @EventSourcingHandler
    void on(BudgetEvent event) {
        switch (event) {
            case LimitsSet e -> {
                id = e.scope().stream();
                scope = e.scope();
                zone = e.zone();
                if (account == null || e.opening() != null) {
                    open(e.opening());
                }
                account.limitTo(e.limits());
            }
            case Moved e -> {
                // those of the running batch have been moved already
                if (moves.isEmpty()) {
                    e.moves().forEach(move -> move.on(account));
                }
                moves = new ArrayList<>();
            }
            case ThresholdReached e -> account.told(e.threshold());
        }
    }

    /** Limits that are lifted and set again do not tell again what they have told. */
    private void open(@Nullable List<BudgetAccount.State> opening) {
        List<Threshold> told = account == null ? List.of() : account.told();
        account = new BudgetAccount(zone);
        account.restore(opening == null ? List.of() : opening);
        told.forEach(account::told);
        moves = new ArrayList<>();
    }

    /** The state, so that an old budget loads quickly. */
    record Snapshot(
            Scope scope,
            ZoneId zone,
            List<BudgetLimit> limits,
            List<BudgetAccount.State> counters,
            List<Threshold> told) {}

    Snapshot snapshot() {
        return new Snapshot(scope, zone, account.limits(), account.state(), account.told());
    }

    static Budget from(Snapshot snapshot) {
        Budget budget = new Budget();
        budget.id = snapshot.scope().stream();
        budget.scope = snapshot.scope();
        budget.zone = snapshot.zone();
        budget.open(snapshot.counters());
        budget.account.limitTo(snapshot.limits());
        snapshot.told().forEach(budget.account::told);
        return budget;
    }
}
