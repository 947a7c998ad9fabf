package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import java.time.ZoneId;

/** What an organisation can be asked to do. Each answers with the id of what it made or changed. */
public sealed interface OrganisationCommand<R> extends Command<R> {

    OrganisationId organisation();

    @Override
    default String stream() {
        return organisation().value();
    }

    /**
     * @param currency ISO 4217 code; one per organisation, for ever
     * @param zone the reporting time zone: days, weeks and months of budgets and reports are cut in it
     */
    record CreateOrganisation(OrganisationId organisation, String name, String currency, ZoneId zone, Change change)
            implements OrganisationCommand<OrganisationId> {}

    record CreateTeam(OrganisationId organisation, TeamId team, String name, Change change)
            implements OrganisationCommand<TeamId> {}

    record RenameTeam(OrganisationId organisation, TeamId team, String name, Change change)
            implements OrganisationCommand<TeamId> {}

    record CreateProject(OrganisationId organisation, TeamId team, ProjectId project, String name, Change change)
            implements OrganisationCommand<ProjectId> {}

    record RenameProject(OrganisationId organisation, ProjectId project, String name, Change change)
            implements OrganisationCommand<ProjectId> {}

    /** Deletes the key under which text of the subject's calls was kept. Answers with the subject. */
    record EraseText(OrganisationId organisation, String subject, Change change)
            implements OrganisationCommand<String> {}

    record RegisterUser(OrganisationId organisation, UserId user, Change change)
            implements OrganisationCommand<UserId> {}
}
