package ai.costauditor.api.organisations;

import ai.costauditor.api.identity.Caller;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import java.util.List;
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

    /**
     * A project, team or organisation, and after it what it is part of.
     *
     * @throws RuleViolated if there is no such thing in the caller's organisation
     */
    public List<Scope> path(Caller caller, ScopeType type, String id) {
        require(caller, type, id);
        OrganisationId organisation = caller.organisation();
        Scope whole = new Scope(organisation, ScopeType.ORGANISATION, organisation.value());
        return switch (type) {
            case PROJECT ->
                List.of(
                        new Scope(organisation, type, id),
                        new Scope(organisation, ScopeType.TEAM, teamOf(organisation, new ProjectId(id))),
                        whole);
            case TEAM -> List.of(new Scope(organisation, type, id), whole);
            case ORGANISATION -> List.of(whole);
            case KEY, USER -> throw new IllegalArgumentException("not a part of the tree: " + type);
        };
    }

    private String teamOf(OrganisationId organisation, ProjectId project) {
        return organisations
                .project(organisation, project)
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no project " + project))
                .team()
                .value();
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
