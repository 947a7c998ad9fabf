package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.util.ArrayList;
import java.util.List;

/** Something above a key that can have limits. */
public record Scope(OrganisationId organisation, ScopeType type, String id) {

    /** @throws IllegalArgumentException for a key, which has its own budgets */
    public Scope {
        if (type == ScopeType.KEY) {
            throw new IllegalArgumentException("the budgets of a key are part of the key");
        }
    }

    /** All scopes above a key, in the order in which holds are placed. */
    public static List<Scope> of(Attribution attribution) {
        List<Scope> scopes = new ArrayList<>(4);
        UserId user = attribution.user();
        if (user != null) {
            scopes.add(new Scope(attribution.organisation(), ScopeType.USER, user.value()));
        }
        scopes.add(new Scope(
                attribution.organisation(),
                ScopeType.PROJECT,
                attribution.project().value()));
        scopes.add(new Scope(
                attribution.organisation(), ScopeType.TEAM, attribution.team().value()));
        scopes.add(new Scope(
                attribution.organisation(),
                ScopeType.ORGANISATION,
                attribution.organisation().value()));
        return scopes;
    }

    String stream() {
        return "budget_" + id;
    }
}
