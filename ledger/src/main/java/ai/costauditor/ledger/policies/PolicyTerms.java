package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.util.Map;
import java.util.Set;

/** The policies above keys that hold while a batch has the lock of an organisation. */
public interface PolicyTerms {

    /** Those that narrow something. */
    Map<Scope, Policy> policies(OrganisationId organisation);

    /** Keys that the running batch has issued or moved, which no directory knows yet. */
    Set<KeyId> changedPlace(OrganisationId organisation);

    /** From here on in this batch and, after its commit, everywhere. */
    void changes(Scope scope, Policy policy);
}
