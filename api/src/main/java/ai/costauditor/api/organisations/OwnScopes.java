package ai.costauditor.api.organisations;

import ai.costauditor.api.identity.Caller;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Tells which keys, people, projects and teams belong to a caller's organisation. */
@Component
public class OwnScopes {

    private final KeyDirectory keys;
    private final OrganisationDirectory organisations;

    OwnScopes(KeyDirectory keys, OrganisationDirectory organisations) {
        this.keys = keys;
        this.organisations = organisations;
    }

    /** @throws RuleViolated if there is no such thing in the caller's organisation */
    public void require(Caller caller, ScopeType type, String id) {
        if (!isOwn(caller, type, id)) {
            String what = type.name().toLowerCase(Locale.ROOT);
            throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no " + what + " " + id);
        }
    }

    private boolean isOwn(Caller caller, ScopeType type, String id) {
        return switch (type) {
            case KEY ->
                keys.list(caller.organisation()).stream()
                        .anyMatch(key -> key.id().value().equals(id));
            case USER ->
                organisations.users(caller.organisation()).stream()
                        .anyMatch(user -> user.value().equals(id));
            case PROJECT ->
                tree(caller).teams().stream()
                        .flatMap(team -> team.projects().stream())
                        .anyMatch(project -> project.id().value().equals(id));
            case TEAM ->
                tree(caller).teams().stream().anyMatch(team -> team.id().value().equals(id));
            case ORGANISATION -> caller.organisation().value().equals(id);
        };
    }

    private OrganisationDirectory.Tree tree(Caller caller) {
        return organisations
                .tree(caller.organisation())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"));
    }
}
