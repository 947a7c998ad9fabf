package ai.costauditor.api.budgets;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.OwnScopes;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Balances;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.budgets.BudgetCounters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Limits, and where they stand in the window that is open now. */
@RestController
@RequestMapping("/api/v1/budgets")
@Tag(name = "budgets")
class BudgetResource {

    /**
     * @param windowEnd exclusive; none for the window {@code total}
     * @param limit with the raise, while that lasts
     * @param raisedBy how much of it is the raise that is in force
     * @param raisedUntil when that ends
     * @param thresholds percentages of the limit at which an event tells that they were reached
     * @param unresolved money of calls whose cost nobody knows; it counts until somebody does
     * @param available limit − spent − held − unresolved; negative after an overdraft
     */
    record Budget(
            ScopeType scopeType,
            String scopeId,
            String scopeName,
            BudgetWindow window,
            Instant windowStart,
            @Nullable Instant windowEnd,
            BudgetLimit.Kind kind,
            Money limit,
            @Nullable Money raisedBy,
            @Nullable Instant raisedUntil,
            List<Integer> thresholds,
            Money spent,
            Money held,
            Money unresolved,
            Money available) {

        static Budget of(ScopeType type, String id, Names names, BudgetBalance balance) {
            BudgetLimit budget = balance.budget();
            return new Budget(
                    type,
                    id,
                    names.of(id),
                    budget.window(),
                    balance.windowStart(),
                    balance.windowEnd(),
                    budget.kind(),
                    budget.limit(),
                    budget.raise() == null ? null : budget.raise().by(),
                    budget.raise() == null ? null : budget.raise().until(),
                    budget.percentages(),
                    balance.spent(),
                    balance.held(),
                    balance.unresolved(),
                    balance.available());
        }
    }

    /** @param asOf every event up to this moment is in the balances */
    record Budgets(Instant asOf, List<Budget> items) {}

    private final Ledger ledger;
    private final KeyDirectory keys;
    private final OrganisationDirectory organisations;
    private final Balances balances;
    private final BudgetCounters counters;
    private final Progress progress;
    private final OwnScopes own;
    private final CurrentNames names;
    private final Clock clock;

    BudgetResource(
            Ledger ledger,
            KeyDirectory keys,
            OrganisationDirectory organisations,
            Balances balances,
            BudgetCounters counters,
            Progress progress,
            OwnScopes own,
            CurrentNames names,
            Clock clock) {
        this.ledger = ledger;
        this.keys = keys;
        this.organisations = organisations;
        this.balances = balances;
        this.counters = counters;
        this.progress = progress;
        this.own = own;
        this.names = names;
        this.clock = clock;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "budgets", summary = "All limits, or those of one scope, with their balances")
    Budgets budgets(
            Caller caller,
            @RequestParam(name = "scope_type", required = false) @Nullable ScopeType type,
            @RequestParam(name = "scope_id", required = false) @Nullable String id) {
        Instant now = clock.instant();
        if (type != null && id != null && type != ScopeType.KEY) {
            return new Budgets(now, mayBeSeen(caller, type, id) ? exactly(caller, type, id, now) : List.of());
        }
        Instant asOf = progress.asOf();
        List<BudgetCounters.Limited> scopes = Stream.concat(keys(caller), above(caller))
                .filter(scope -> type == null || scope.type() == type)
                .filter(scope -> id == null || scope.id().equals(id))
                .toList();
        BudgetCounters.Reading counted =
                counters.read(scopes.stream().map(BudgetCounters.Limited::id).toList(), now);
        Names called = names.of(caller.organisation());
        return new Budgets(
                asOf,
                scopes.stream()
                        .flatMap(scope -> scope.limits().stream()
                                .map(limit -> counted.balance(scope.id(), limit, scope.zone(), now))
                                .map(balance -> Budget.of(scope.type(), scope.id(), called, balance)))
                        .toList());
    }

    @Allowed({ADMIN, FINANCE})
    @PutMapping("/{scope_type}/{scope_id}")
    @Operation(operationId = "setBudgets", summary = "Replace the limits of a scope; what was spent stays counted")
    Budgets setBudgets(
            Caller caller,
            @PathVariable("scope_type") ScopeType type,
            @PathVariable("scope_id") String id,
            @RequestParam(name = "reason", required = false) @Size(max = 500) @Nullable String reason,
            @RequestBody List<@Valid Limit> wanted) {
        own.require(caller, type, id);
        List<BudgetLimit> limits = wanted.stream().map(Limit::toBudget).toList();
        Change change = new Change(caller.user().value(), clock.instant(), reason);
        if (type == ScopeType.KEY) {
            ledger.execute(new SetBudgets(new KeyId(id), limits, change));
        } else {
            Scope scope = new Scope(caller.organisation(), type, id);
            ledger.execute(new SetLimits(scope, limits, tree(caller).timeZone(), change));
        }
        return new Budgets(clock.instant(), exactly(caller, type, id, clock.instant()));
    }

    /** From the ledger itself, which is never behind. */
    private List<Budget> exactly(Caller caller, ScopeType type, String id, Instant at) {
        Names called = names.of(caller.organisation());
        List<BudgetBalance> standing = type == ScopeType.KEY
                ? balances.ofKey(new KeyId(id), at)
                : balances.ofScope(new Scope(caller.organisation(), type, id), at);
        return standing.stream()
                .map(balance -> Budget.of(type, id, called, balance))
                .toList();
    }

    private Stream<BudgetCounters.Limited> keys(Caller caller) {
        UserId only = Rights.sight(caller).user();
        return keys.list(caller.organisation()).stream()
                .filter(key -> only == null || only.equals(key.attribution().user()))
                .map(key -> new BudgetCounters.Limited(ScopeType.KEY, key.id().value(), key.zone(), key.budgets()));
    }

    private Stream<BudgetCounters.Limited> above(Caller caller) {
        return counters.limited(caller.organisation()).stream()
                .filter(scope -> mayBeSeen(caller, scope.type(), scope.id()));
    }

    /** A member sees the budget that is about themselves. */
    private static boolean mayBeSeen(Caller caller, ScopeType type, String id) {
        UserId only = Rights.sight(caller).user();
        return only == null || type == ScopeType.USER && only.value().equals(id);
    }

    private OrganisationDirectory.Tree tree(Caller caller) {
        return organisations
                .tree(caller.organisation())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"));
    }
}
