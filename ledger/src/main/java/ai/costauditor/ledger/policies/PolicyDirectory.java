package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;
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

    /** One policy, and what it is set on. */
    record Applied(Level level, Policy policy) {}

    /** The key's own policy with all above it. */
    default EffectivePolicy of(KeyDirectory.Entry key) {
        return new EffectivePolicy(key.id(), key.policy(), above(key.attribution()));
    }

    /** The next look reads again. For changes of which it is known that another process has made them. */
    void forget(OrganisationId organisation);
}
