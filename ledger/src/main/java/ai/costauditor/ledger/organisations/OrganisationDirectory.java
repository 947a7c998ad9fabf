package ai.costauditor.ledger.organisations;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The tree as it stands, written in the transaction of the event: what a command made is there when its answer
 * arrives.
 */
public interface OrganisationDirectory {

    /** The whole tree, teams and projects by name. */
    Optional<Tree> tree(OrganisationId organisation);

    /** The project's place, only inside the given organisation. */
    Optional<Attribution> project(OrganisationId organisation, ProjectId project);

    List<UserId> users(OrganisationId organisation);

    record Tree(OrganisationId id, String name, String currency, ZoneId timeZone, List<Team> teams) {}

    record Team(TeamId id, String name, List<Project> projects) {}

    record Project(ProjectId id, String name) {}
}
