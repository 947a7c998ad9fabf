package ai.costauditor.api.policies;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.AUDITOR;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.OwnScopes;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyCommand.ChangePolicy;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.Level;
import ai.costauditor.ledger.policies.PolicyCommand.SetPolicy;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.policies.PolicyDirectory.Applied;
import ai.costauditor.projections.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What keys may do. A policy above a key narrows it; a 2xx answer means that it is in force. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "policies")
class PolicyResource {

    /** @param policy of the scope alone */
    record ScopePolicy(ScopeType scopeType, String scopeId, String scopeName, Policy policy) {}

    record ScopePolicies(List<ScopePolicy> items) {}

    /** A number, and the level that sets it. */
    record Least(long value, ScopeType scopeType, String scopeId) {

        static <N extends Number & Comparable<N>> @Nullable Least of(EffectivePolicy.@Nullable Least<N> least) {
            return least == null
                    ? null
                    : new Least(
                            least.value().longValue(),
                            least.level().scopeType(),
                            least.level().scopeId());
        }
    }

    /**
     * What a key may do in the end, or all keys below a project, team or organisation at most.
     *
     * @param keyId none above keys
     * @param enforcement the strictest of all levels
     * @param requestsPerMinute the least of all levels; each level counts the calls of all its keys
     * @param previews none if nothing of the text of calls is kept
     * @param levels the one that was asked for first, then what is above it; each of them has to allow a call
     */
    record Effective(
            @Nullable KeyId keyId,
            Policy.Enforcement enforcement,
            @Nullable Least requestsPerMinute,
            @Nullable Least tokensPerMinute,
            @Nullable Least parallelCalls,
            @Nullable Least largestBody,
            boolean clampMaxTokens,
            @Nullable Previews previews,
            boolean responseCache,
            List<ScopePolicy> levels) {}

    private final Ledger ledger;
    private final KeyDirectory keys;
    private final PolicyDirectory policies;
    private final OwnScopes own;
    private final CurrentNames names;
    private final Clock clock;

    PolicyResource(
            Ledger ledger,
            KeyDirectory keys,
            PolicyDirectory policies,
            OwnScopes own,
            CurrentNames names,
            Clock clock) {
        this.ledger = ledger;
        this.keys = keys;
        this.policies = policies;
        this.own = own;
        this.names = names;
        this.clock = clock;
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/policies")
    @Operation(
            operationId = "policies",
            summary = "Every policy that is set: the organisation's, then those of teams, projects and keys, by name")
    ScopePolicies policies(Caller caller) {
        Names called = names.of(caller.organisation());
        Stream<Applied> ofKeys = keys.list(caller.organisation()).stream()
                .filter(key -> !key.policy().equals(Policy.DEFAULT))
                .map(key -> new Applied(new Level(ScopeType.KEY, key.id().value()), key.policy()));
        return new ScopePolicies(Stream.concat(policies.list(caller.organisation()).stream(), ofKeys)
                .map(applied -> named(applied, called))
                .sorted(Comparator.comparing(ScopePolicy::scopeType)
                        .reversed()
                        .thenComparing(ScopePolicy::scopeName)
                        .thenComparing(ScopePolicy::scopeId))
                .toList());
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/policies/{scope_type}/{scope_id}")
    @Operation(operationId = "policy", summary = "The policy of a key, project, team or organisation by itself")
    ScopePolicy policy(Caller caller, @PathVariable("scope_type") ScopeType type, @PathVariable("scope_id") String id) {
        require(caller, type, id);
        return new ScopePolicy(type, id, names.of(caller.organisation()).of(id), standing(caller, type, id));
    }

    @Allowed(ADMIN)
    @PutMapping("/policies/{scope_type}/{scope_id}")
    @Operation(
            operationId = "setScopePolicy",
            summary = "Replace the policy of a key, project, team or organisation; in force with the next request")
    ScopePolicy setPolicy(
            Caller caller,
            @PathVariable("scope_type") ScopeType type,
            @PathVariable("scope_id") String id,
            @Valid @RequestBody NewPolicy wanted) {
        require(caller, type, id);
        Change change = new Change(caller.user().value(), clock.instant(), null);
        if (type == ScopeType.KEY) {
            ledger.execute(new ChangePolicy(new KeyId(id), wanted.ofKey(), change));
        } else {
            ledger.execute(new SetPolicy(new Scope(caller.organisation(), type, id), wanted.aboveKeys(), change));
        }
        return policy(caller, type, id);
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/policies/{scope_type}/{scope_id}/effective")
    @Operation(
            operationId = "effectiveScopePolicy",
            summary = "What a key, or all keys of a project, team or organisation, may do with all that is above")
    Effective effective(
            Caller caller, @PathVariable("scope_type") ScopeType type, @PathVariable("scope_id") String id) {
        require(caller, type, id);
        return type == ScopeType.KEY
                ? effective(caller, new KeyId(id))
                : effective(caller, null, policies.of(own.path(caller, type, id)));
    }

    @Allowed
    @GetMapping("/keys/{id}/effective-policy")
    @Operation(operationId = "effectivePolicy", summary = "What a key may do, by itself and by all that is above it")
    Effective effective(Caller caller, @PathVariable("id") KeyId id) {
        KeyDirectory.Entry key = keys.get(caller.organisation(), id)
                .filter(entry -> Rights.mayBeSeen(caller, entry.attribution().user()))
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no key " + id));
        return effective(caller, id, policies.of(key));
    }

    private Effective effective(Caller caller, @Nullable KeyId key, EffectivePolicy all) {
        Names called = names.of(caller.organisation());
        return new Effective(
                key,
                all.enforcement(),
                Least.of(all.least(Policy::requestsPerMinute)),
                Least.of(all.least(Policy::tokensPerMinute)),
                Least.of(all.least(Policy::parallelCalls)),
                Least.of(all.least(Policy::largestBody)),
                all.clamps(),
                all.previews(),
                all.repeatsAnswers(),
                all.levels().map(applied -> named(applied, called)).toList());
    }

    private static ScopePolicy named(Applied applied, Names called) {
        Level level = applied.level();
        return new ScopePolicy(level.scopeType(), level.scopeId(), called.of(level.scopeId()), applied.policy());
    }

    private Policy standing(Caller caller, ScopeType type, String id) {
        return type == ScopeType.KEY
                ? keys.get(caller.organisation(), new KeyId(id)).orElseThrow().policy()
                : policies.get(new Scope(caller.organisation(), type, id));
    }

    private void require(Caller caller, ScopeType type, String id) {
        if (type == ScopeType.USER) {
            throw new InvalidField("scope_type", "must be key, project, team or organisation");
        }
        own.require(caller, type, id);
    }
}
