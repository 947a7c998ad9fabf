package ai.costauditor.api.organisations;

import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Names;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What the ids of an organisation are called now. */
@Component
public class CurrentNames {

    private final OrganisationDirectory organisations;
    private final KeyDirectory keys;
    private final People people;

    CurrentNames(OrganisationDirectory organisations, KeyDirectory keys, People people) {
        this.organisations = organisations;
        this.keys = keys;
        this.people = people;
    }

    /** For one request: each kind of name is read once, when the first id of its kind is asked for. */
    public Names of(OrganisationId organisation) {
        Map<String, Map<String, String>> known = new HashMap<>();
        return id -> {
            String kind = id.substring(0, id.indexOf('_') + 1);
            return known.computeIfAbsent(kind, k -> read(k, organisation)).getOrDefault(id, id);
        };
    }

    private Map<String, String> read(String kind, OrganisationId organisation) {
        Map<String, String> names = new HashMap<>();
        switch (kind) {
            case "team_", "proj_" ->
                organisations.tree(organisation).ifPresent(tree -> tree.teams().forEach(team -> {
                    names.put(team.id().value(), team.name());
                    team.projects().forEach(project -> names.put(project.id().value(), project.name()));
                }));
            case KeyId.PREFIX ->
                keys.list(organisation).forEach(key -> names.put(key.id().value(), key.name()));
            case UserId.PREFIX -> people.names(organisation).forEach((user, name) -> names.put(user.value(), name));
            case OrganisationId.PREFIX ->
                organisations
                        .tree(organisation)
                        .ifPresent(tree -> names.put(tree.id().value(), tree.name()));
            default -> {
                // Models and providers are their own names.
            }
        }
        return names;
    }
}
