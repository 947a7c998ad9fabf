package ai.costauditor.api.identity;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The caller, their organisation, and what kind of installation this is. */
@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "me")
class MeResource {

    record Me(Person user, OwnOrganisation organisation, Installation environment) {}

    record Person(UserId id, String email, String name, Set<Role> roles) {}

    record OwnOrganisation(OrganisationId id, String name, String currency, String timeZone) {}

    /** @param stubProviders providers whose answers are made up, because there is no key for them */
    record Installation(String mode, boolean demoData, List<String> stubProviders) {}

    record NewPassword(
            @NotBlank String oldPassword, @NotBlank String newPassword) {

        @Override
        public String toString() {
            return "NewPassword";
        }
    }

    private final Accounts accounts;
    private final OrganisationDirectory organisations;
    private final Environment environment;

    MeResource(Accounts accounts, OrganisationDirectory organisations, Environment environment) {
        this.accounts = accounts;
        this.organisations = organisations;
        this.environment = environment;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "me", summary = "Who is asking, and where")
    Me me(Caller caller) {
        Accounts.Account account = accounts.find(caller.organisation(), caller.user())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such account"));
        OrganisationDirectory.Tree tree = organisations
                .tree(caller.organisation())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"));
        return new Me(
                new Person(account.user(), account.email(), account.name(), caller.roles()),
                new OwnOrganisation(
                        tree.id(), tree.name(), tree.currency(), tree.timeZone().getId()),
                new Installation(
                        environment.getProperty("auditor.mode", "serve"),
                        environment.getProperty("auditor.demo", Boolean.class, false),
                        List.of(environment.getProperty("auditor.stub.providers", String[].class, new String[0]))));
    }

    @Allowed
    @PutMapping("/password")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "changePassword", summary = "Change the own password; all sign-ins of the person end")
    void changePassword(Caller caller, @Valid @RequestBody NewPassword wanted) {
        accounts.changePassword(caller, wanted.oldPassword(), wanted.newPassword());
    }
}
