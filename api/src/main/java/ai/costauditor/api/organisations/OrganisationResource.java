package ai.costauditor.api.organisations;

import static ai.costauditor.api.identity.Role.ADMIN;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.RenameTeam;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.projections.Named;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The organisation of the caller: its teams and projects. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "organisation")
class OrganisationResource {

    record NewTeam(@NotBlank @Size(max = 100) String name) {}

    record NewProject(
            @NotBlank @Size(max = 100) String name, @NotNull TeamId teamId) {}

    record Renaming(@NotBlank @Size(max = 100) String name) {}

    record ProjectOfTeam(ProjectId id, String name, TeamId teamId) {}

    private final Ledger ledger;
    private final OrganisationDirectory organisations;
    private final Clock clock;

    OrganisationResource(Ledger ledger, OrganisationDirectory organisations, Clock clock) {
        this.ledger = ledger;
        this.organisations = organisations;
        this.clock = clock;
    }

    @Allowed
    @GetMapping("/organisation")
    @Operation(operationId = "organisation", summary = "The tree of teams and projects, by name")
    OrganisationDirectory.Tree organisation(Caller caller) {
        return tree(caller);
    }

    @Allowed(ADMIN)
    @PostMapping("/teams")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createTeam", summary = "Add a team")
    Named createTeam(Caller caller, @Valid @RequestBody NewTeam team) {
        TeamId id = TeamId.next();
        ledger.execute(new CreateTeam(caller.organisation(), id, team.name().strip(), change(caller)));
        return new Named(id.value(), team.name().strip());
    }

    @Allowed(ADMIN)
    @PatchMapping("/teams/{id}")
    @Operation(operationId = "renameTeam", summary = "Rename a team")
    Named renameTeam(Caller caller, @PathVariable("id") TeamId id, @Valid @RequestBody Renaming renaming) {
        ledger.execute(new RenameTeam(caller.organisation(), id, renaming.name().strip(), change(caller)));
        return new Named(id.value(), renaming.name().strip());
    }

    @Allowed(ADMIN)
    @PostMapping("/projects")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createProject", summary = "Add a project to a team")
    ProjectOfTeam createProject(Caller caller, @Valid @RequestBody NewProject project) {
        TeamId team = project.teamId();
        if (tree(caller).teams().stream().noneMatch(known -> known.id().equals(team))) {
            throw new InvalidField("team_id", "is not a team of this organisation");
        }
        ProjectId id = ProjectId.next();
        ledger.execute(new CreateProject(
                caller.organisation(), team, id, project.name().strip(), change(caller)));
        return new ProjectOfTeam(id, project.name().strip(), team);
    }

    @Allowed(ADMIN)
    @PatchMapping("/projects/{id}")
    @Operation(operationId = "renameProject", summary = "Rename a project")
    ProjectOfTeam renameProject(
            Caller caller, @PathVariable("id") ProjectId id, @Valid @RequestBody Renaming renaming) {
        ledger.execute(
                new RenameProject(caller.organisation(), id, renaming.name().strip(), change(caller)));
        TeamId team = organisations
                .project(caller.organisation(), id)
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no project " + id))
                .team();
        return new ProjectOfTeam(id, renaming.name().strip(), team);
    }

    private OrganisationDirectory.Tree tree(Caller caller) {
        return organisations
                .tree(caller.organisation())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"));
    }

    private Change change(Caller caller) {
        return new Change(caller.user().value(), clock.instant(), null);
    }
}
