package ai.costauditor.ledger.organisations;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import ai.costauditor.ledger.organisations.OrganisationCommand.RegisterUser;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameTeam;
import ai.costauditor.ledger.organisations.OrganisationEvent.OrganisationCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.UserRegistered;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class OrganisationTest {

    private static final OrganisationId ACME = new OrganisationId("org_1");
    private static final TeamId SEARCH = new TeamId("team_1");
    private static final ProjectId RANKING = new ProjectId("proj_1");
    private static final UserId ADA = new UserId("user_1");

    private static final OrganisationCreated CREATED = new OrganisationCreated(ACME, "Acme", "USD", BERLIN, BY_ADA);
    private static final TeamCreated TEAM = new TeamCreated(ACME, SEARCH, "Search", BY_ADA);
    private static final ProjectCreated PROJECT = new ProjectCreated(ACME, SEARCH, RANKING, "Ranking", BY_ADA);

    @Test
    void anOrganisationIsMadeOnce() {
        CreateOrganisation create = new CreateOrganisation(ACME, "Acme", "USD", BERLIN, BY_ADA);
        after().when(create).expectEvents(CREATED);
        after(CREATED).when(create).expectResultMessagePayload(ACME).expectNoEvents();
        breaks(new CreateOrganisation(ACME, "Other", "USD", BERLIN, BY_ADA), CREATED);
    }

    @Test
    void aCurrencyIsOneOfIso4217() {
        breaks(new CreateOrganisation(ACME, "Acme", "DOLLARS", BERLIN, BY_ADA));
    }

    @Test
    void aNameIsNotBlank() {
        breaks(new CreateTeam(ACME, SEARCH, " ", BY_ADA), CREATED);
    }

    @Test
    void teamsAndProjectsAreMadeAndRenamed() {
        after(CREATED).when(new CreateTeam(ACME, SEARCH, "Search", BY_ADA)).expectEvents(TEAM);
        after(CREATED, TEAM)
                .when(new CreateTeam(ACME, SEARCH, "Search", BY_ADA))
                .expectNoEvents();
        after(CREATED, TEAM)
                .when(new RenameTeam(ACME, SEARCH, "Discovery", BY_ADA))
                .expectEvents(new TeamRenamed(ACME, SEARCH, "Discovery", BY_ADA));
        after(CREATED, TEAM)
                .when(new CreateProject(ACME, SEARCH, RANKING, "Ranking", BY_ADA))
                .expectEvents(PROJECT);
        after(CREATED, TEAM, PROJECT)
                .when(new RenameProject(ACME, RANKING, "Ranking 2", BY_ADA))
                .expectEvents(new ProjectRenamed(ACME, RANKING, "Ranking 2", BY_ADA));
    }

    @Test
    void aProjectNeedsATeamOfThisOrganisation() {
        breaks(new CreateProject(ACME, SEARCH, RANKING, "Ranking", BY_ADA), CREATED);
        breaks(new RenameProject(ACME, RANKING, "Ranking", BY_ADA), CREATED, TEAM);
        breaks(new CreateProject(ACME, SEARCH, RANKING, "Another", BY_ADA), CREATED, TEAM, PROJECT);
    }

    @Test
    void aUserIsRegisteredOnce() {
        UserRegistered registered = new UserRegistered(ACME, ADA, BY_ADA);
        after(CREATED).when(new RegisterUser(ACME, ADA, BY_ADA)).expectEvents(registered);
        after(CREATED, registered).when(new RegisterUser(ACME, ADA, BY_ADA)).expectNoEvents();
    }

    private static org.axonframework.test.aggregate.TestExecutor<Organisation> after(Object... events) {
        AggregateTestFixture<Organisation> fixture = new AggregateTestFixture<>(Organisation.class);
        fixture.registerCommandTargetResolver(
                message -> new VersionedAggregateIdentifier(((Command<?>) message.getPayload()).stream(), null));
        return fixture.given(events);
    }

    private static void breaks(Command<?> command, Object... events) {
        after(events).when(command).expectException(RuleViolated.class).expectNoEvents();
    }
}
