package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import java.time.Instant;
import java.util.List;

/**
 * The policies above a key, as its decisions see them inside a batch. What they limit per minute or at a time is counted
 * for all keys below, in the commit of the calls.
 */
public interface ScopePolicies {

    /** Those that narrow anything, nearest first: project, team, organisation. */
    List<Above> above(Attribution attribution);

    /** One policy above a key, and what has been counted under it. */
    interface Above {

        Level level();

        Policy policy();

        long openCalls();

        /** Of what the policy limits. */
        RateLimits limits(Instant at);
    }

    void authorised(Attribution attribution, Instant at);

    /** A call that was open is not any more. */
    void ended(Attribution attribution);

    void used(Attribution attribution, long tokens, Instant at);
}
