package ai.costauditor.api.identity;

import ai.costauditor.ledger.organisations.UserId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The accounts of the organisation. An account is disabled, never deleted: its calls stay. */
@RestController
@RequestMapping("/api/v1/accounts")
@Tag(name = "accounts")
class AccountResource {

    record NewAccount(
            @NotBlank @Email String email,
            @NotBlank @Size(max = 100) String name,
            @NotBlank String password,
            @NotEmpty Set<Role> roles) {}

    record AccountView(UserId id, String email, String name, Set<Role> roles, boolean disabled) {}

    record AccountList(List<AccountView> items) {}

    record NewRoles(@NotEmpty Set<Role> roles) {}

    private final Accounts accounts;

    AccountResource(Accounts accounts) {
        this.accounts = accounts;
    }

    @Allowed(Role.ADMIN)
    @GetMapping
    @Operation(operationId = "accounts", summary = "Everyone who can sign in, by name")
    AccountList list(Caller caller) {
        return new AccountList(accounts.list(caller.organisation()).stream()
                .map(a -> new AccountView(a.user(), a.email(), a.name(), a.roles(), a.disabled()))
                .toList());
    }

    @Allowed(Role.ADMIN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createAccount", summary = "Let someone sign in")
    AccountView create(Caller caller, @Valid @RequestBody NewAccount wanted) {
        UserId user = UserId.next();
        accounts.create(caller.organisation(), user, wanted.email(), wanted.name(), wanted.password(), wanted.roles());
        return new AccountView(user, wanted.email(), wanted.name(), wanted.roles(), false);
    }

    @Allowed(Role.ADMIN)
    @PutMapping("/{id}/roles")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "changeRoles", summary = "Change what someone may do, from their next access token on")
    void changeRoles(Caller caller, @PathVariable("id") UserId id, @Valid @RequestBody NewRoles wanted) {
        accounts.changeRoles(caller.organisation(), id, wanted.roles());
    }

    @Allowed(Role.ADMIN)
    @PostMapping("/{id}/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "disableAccount", summary = "Keep someone out, from their next access token on")
    void disable(Caller caller, @PathVariable("id") UserId id) {
        accounts.disable(caller.organisation(), id);
    }
}
