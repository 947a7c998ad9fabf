package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.Change;
import java.time.ZoneId;

/** What can happen to an organisation. */
public sealed interface OrganisationEvent {

    OrganisationId organisation();

    Change change();

    record OrganisationCreated(OrganisationId organisation, String name, String currency, ZoneId zone, Change change)
            implements OrganisationEvent {}

    record TeamCreated(OrganisationId organisation, TeamId team, String name, Change change)
            implements OrganisationEvent {}

    record TeamRenamed(OrganisationId organisation, TeamId team, String name, Change change)
            implements OrganisationEvent {}

    record ProjectCreated(OrganisationId organisation, TeamId team, ProjectId project, String name, Change change)
            implements OrganisationEvent {}

    record ProjectRenamed(OrganisationId organisation, ProjectId project, String name, Change change)
            implements OrganisationEvent {}

    /**
     * Text that was kept of the calls of a person, or of a key that belongs to nobody, can no longer be read by anyone.
     *
     * @param subject id of the user or of the key
     */
    record TextErased(OrganisationId organisation, String subject, Change change) implements OrganisationEvent {}

    record UserRegistered(OrganisationId organisation, UserId user, Change change) implements OrganisationEvent {}
}
