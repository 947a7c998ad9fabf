package ai.costauditor.api.organisations;

import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.util.Map;

/** The names of the people, which the ledger does not know: its users are pseudonymous. */
@FunctionalInterface
public interface People {

    /** By user; people without a name here are missing. */
    Map<UserId, String> names(OrganisationId organisation);
}
