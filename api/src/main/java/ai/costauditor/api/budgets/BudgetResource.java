package ai.costauditor.api.budgets;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.budgets.BudgetCounters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
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
            Money spent,
            Money held,
            Money unresolved,
            Money available) {

        static Budget of(KeyDirectory.Entry key, BudgetBalance balance) {
            BudgetLimit budget = balance.budget();
            return new Budget(
                    ScopeType.KEY,
                    key.id().value(),
                    key.name(),
                    budget.window(),
                    balance.windowStart(),
                    balance.windowEnd(),
                    budget.kind(),
                    budget.limit(),
                    balance.spent(),
                    balance.held(),
                    balance.unresolved(),
                    balance.available());
        }
    }

    /** @param asOf every event up to this moment is in the balances; limits are always the ones in force */
    record Budgets(Instant asOf, List<Budget> items) {}

    private final Ledger ledger;
    private final KeyDirectory keys;
    private final BudgetCounters counters;
    private final Progress progress;
    private final Clock clock;

    BudgetResource(Ledger ledger, KeyDirectory keys, BudgetCounters counters, Progress progress, Clock clock) {
        this.ledger = ledger;
        this.keys = keys;
        this.counters = counters;
        this.progress = progress;
        this.clock = clock;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "budgets", summary = "All limits, or those of one scope, with their balances")
    Budgets budgets(
            Caller caller,
            @RequestParam(name = "scope_type", required = false) @Nullable ScopeType type,
            @RequestParam(name = "scope_id", required = false) @Nullable String id) {
        if (type != null && type != ScopeType.KEY) {
            throw onlyKeys();
        }
        return balances(visible(caller)
                .filter(key -> id == null || key.id().value().equals(id))
                .toList());
    }

    @Allowed({ADMIN, FINANCE})
    @PutMapping("/{scope_type}/{scope_id}")
    @Operation(operationId = "setBudgets", summary = "Replace the limits of a scope; what was spent stays counted")
    Budgets setBudgets(
            Caller caller,
            @PathVariable("scope_type") ScopeType type,
            @PathVariable("scope_id") String id,
            @RequestBody List<@Valid Limit> limits) {
        if (type != ScopeType.KEY) {
            throw onlyKeys();
        }
        KeyDirectory.Entry key = key(caller, id);
        Change change = new Change(caller.user().value(), clock.instant(), null);
        ledger.execute(
                new SetBudgets(key.id(), limits.stream().map(Limit::toBudget).toList(), change));
        return balances(List.of(key(caller, id)));
    }

    private Budgets balances(List<KeyDirectory.Entry> scopes) {
        Instant now = clock.instant();
        Instant asOf = progress.asOf(BudgetCounters.PROJECTION);
        List<String> ids = scopes.stream().map(key -> key.id().value()).toList();
        BudgetCounters.Reading counted = counters.read(ScopeType.KEY, ids, now);
        return new Budgets(
                asOf,
                scopes.stream()
                        .flatMap(key -> key.budgets().stream()
                                .map(limit -> counted.balance(key.id().value(), limit, key.zone(), now))
                                .map(balance -> Budget.of(key, balance)))
                        .toList());
    }

    private Stream<KeyDirectory.Entry> visible(Caller caller) {
        Sight sight = Rights.sight(caller);
        return keys.list(caller.organisation()).stream()
                .filter(key -> sight.user() == null
                        || sight.user().equals(key.attribution().user()));
    }

    private KeyDirectory.Entry key(Caller caller, String id) {
        return keys.list(caller.organisation()).stream()
                .filter(key -> key.id().equals(new KeyId(id)))
                .findFirst()
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no key " + id));
    }

    private static RuleViolated onlyKeys() {
        return new RuleViolated(RuleViolated.Code.INVALID, "for now a budget can be set on a key only");
    }
}
