package ai.costauditor.projections;

import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What a reader may see: one organisation, and of it everything or only what is charged to one user. Every finder
 * takes one, so that nothing can be asked for across tenants.
 *
 * @param user none for the whole organisation
 */
public record Sight(OrganisationId organisation, @Nullable UserId user) {

    public static Sight of(OrganisationId organisation) {
        return new Sight(organisation, null);
    }

    /** For SQL: null lets every row pass. */
    public @Nullable String userText() {
        return user == null ? null : user.value();
    }
}
