package ai.costauditor.ledger.organisations;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static ai.costauditor.ledger.RuleViolated.Code.NOT_FOUND;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import ai.costauditor.ledger.organisations.OrganisationCommand.EraseText;
import ai.costauditor.ledger.organisations.OrganisationCommand.RegisterUser;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameTeam;
import ai.costauditor.ledger.organisations.OrganisationEvent.OrganisationCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.TextErased;
import ai.costauditor.ledger.organisations.OrganisationEvent.UserRegistered;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;

/** A tenant with its teams, projects and users. Making the same thing twice is making it once. */
@AggregateRoot(type = "organisation")
@SuppressWarnings("NullAway.Init") // the first event of a stream is OrganisationCreated
class Organisation {

    @AggregateIdentifier
    private OrganisationId id;

    private OrganisationCreated created;
    private final Map<TeamId, String> teams = new HashMap<>();
    private final Map<ProjectId, Project> projects = new HashMap<>();
    private final Set<UserId> users = new HashSet<>();

    private record Project(TeamId team, String name) {}

    Organisation() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    OrganisationId handle(CreateOrganisation c) {
        requireName(c.name());
        requireCurrency(c.currency());
        OrganisationCreated event =
                new OrganisationCreated(c.organisation(), c.name(), c.currency(), c.zone(), c.change());
        if (id == null) {
            apply(event);
        } else {
            require(event.equals(created), CONFLICT, "the organisation exists already");
        }
        return c.organisation();
    }

    @CommandHandler
    TeamId handle(CreateTeam c) {
        requireName(c.name());
        if (!teams.containsKey(c.team())) {
            apply(new TeamCreated(id, c.team(), c.name(), c.change()));
        } else {
            require(c.name().equals(teams.get(c.team())), CONFLICT, "the team exists already");
        }
        return c.team();
    }

    @CommandHandler
    TeamId handle(RenameTeam c) {
        requireName(c.name());
        requireTeam(c.team());
        if (!c.name().equals(teams.get(c.team()))) {
            apply(new TeamRenamed(id, c.team(), c.name(), c.change()));
        }
        return c.team();
    }

    @CommandHandler
    ProjectId handle(CreateProject c) {
        requireName(c.name());
        requireTeam(c.team());
        Project known = projects.get(c.project());
        if (known == null) {
            apply(new ProjectCreated(id, c.team(), c.project(), c.name(), c.change()));
        } else {
            require(known.equals(new Project(c.team(), c.name())), CONFLICT, "the project exists already");
        }
        return c.project();
    }

    @CommandHandler
    ProjectId handle(RenameProject c) {
        requireName(c.name());
        Project known = projects.get(c.project());
        if (known == null) {
            throw new RuleViolated(NOT_FOUND, "there is no project " + c.project());
        }
        if (!c.name().equals(known.name())) {
            apply(new ProjectRenamed(id, c.project(), c.name(), c.change()));
        }
        return c.project();
    }

    @CommandHandler
    UserId handle(RegisterUser c) {
        if (!users.contains(c.user())) {
            apply(new UserRegistered(id, c.user(), c.change()));
        }
        return c.user();
    }

    @CommandHandler
    String handle(EraseText c) {
        apply(new TextErased(id, c.subject(), c.change()));
        return c.subject();
    }

    private void requireTeam(TeamId team) {
        require(teams.containsKey(team), NOT_FOUND, "there is no team " + team);
    }

    private static void requireName(String name) {
        require(!name.isBlank() && name.length() <= 200, INVALID, "a name has 1 to 200 characters");
    }

    private static void requireCurrency(String code) {
        boolean known = Currency.getAvailableCurrencies().stream()
                .anyMatch(currency -> currency.getCurrencyCode().equals(code));
        require(known, INVALID, "not an ISO 4217 currency: " + code);
    }

    private static void require(boolean rule, RuleViolated.Code code, String message) {
        if (!rule) {
            throw new RuleViolated(code, message);
        }
    }

    @EventSourcingHandler
    void on(OrganisationEvent event) {
        switch (event) {
            case OrganisationCreated e -> {
                id = e.organisation();
                created = e;
            }
            case TeamCreated e -> teams.put(e.team(), e.name());
            case TeamRenamed e -> teams.put(e.team(), e.name());
            case ProjectCreated e -> projects.put(e.project(), new Project(e.team(), e.name()));
            case ProjectRenamed e ->
                projects.computeIfPresent(e.project(), (project, known) -> new Project(known.team(), e.name()));
            case UserRegistered e -> users.add(e.user());
            case TextErased e -> {
                // The text is not in the record; its key is deleted where it is kept.
            }
        }
    }
}
