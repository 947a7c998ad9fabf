package ai.costauditor.api.identity;

import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.util.Set;

/** Who sends a request to the API. Resources take it as an argument and look at nothing outside its organisation. */
public record Caller(OrganisationId organisation, UserId user, Set<Role> roles) {

    public Caller {
        roles = Set.copyOf(roles);
    }
}
