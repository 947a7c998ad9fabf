package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.util.List;

/**
 * The policies above the keys as they stand, written in the transaction of the event and kept in memory: a change on this
 * node is seen with its answer, one on another node within half a second. The ledger's own decisions do not ask here.
 */
public interface PolicyDirectory {

    /** Those that narrow anything, nearest first: project, team, organisation. */
    List<Applied> above(Attribution attribution);

    /** Of the scope alone; {@link Policy#NOTHING} if none was set. */
    Policy get(Scope scope);

    /** All of an organisation that narrow anything, in no order. */
    List<Applied> list(OrganisationId organisation);

    /** One policy, and what it is set on. */
    record Applied(Level level, Policy policy) {}

    /** The key's own policy with all above it. */
    default EffectivePolicy of(KeyDirectory.Entry key) {
        return new EffectivePolicy(new Level(ScopeType.KEY, key.id().value()), key.policy(), above(key.attribution()));
    }

    /**
     * What all keys below a scope may do at most.
     *
     * @param path the scope itself, then what it is part of
     */
    default EffectivePolicy of(List<Scope> path) {
        Scope scope = path.getFirst();
        List<Applied> above = path.stream()
                .skip(1)
                .map(level -> new Applied(Level.of(level), get(level)))
                .filter(applied -> !applied.policy().equals(Policy.NOTHING))
                .toList();
        return new EffectivePolicy(Level.of(scope), get(scope), above);
    }

    /** The next look reads again. For changes of which it is known that another process has made them. */
    void forget(OrganisationId organisation);
}
