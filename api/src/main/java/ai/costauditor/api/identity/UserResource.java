package ai.costauditor.api.identity;

import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.UserId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The people of the organisation. An account is disabled, never deleted: its calls stay. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "users")
class UserResource {

    record NewUser(
            @NotBlank @Email String email,
            @NotBlank @Size(max = 100) String name,
            @NotBlank String password,
            @NotEmpty Set<Role> roles) {

        @Override
        public String toString() {
            return "NewUser";
        }
    }

    /**
     * A person; the name comes from the account, the ledger knows the id only.
     *
     * @param email for administrators; null also for who has calls but no account
     */
    record User(
            UserId id,
            String name,
            @Nullable String email,
            @Nullable Set<Role> roles,
            @Nullable Boolean disabled) {}

    record Users(List<User> items) {}

    record NewRoles(@NotEmpty Set<Role> roles) {}

    private final Accounts accounts;
    private final OrganisationDirectory organisations;

    UserResource(Accounts accounts, OrganisationDirectory organisations) {
        this.accounts = accounts;
        this.organisations = organisations;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "users", summary = "The people of the organisation, by name; a member sees themselves")
    Users users(Caller caller) {
        Map<UserId, Accounts.Account> known = accounts.list(caller.organisation()).stream()
                .collect(Collectors.toMap(Accounts.Account::user, Function.identity()));
        UserId only = Rights.sight(caller).user();
        boolean all = caller.roles().contains(Role.ADMIN);
        return new Users(organisations.users(caller.organisation()).stream()
                .filter(user -> only == null || only.equals(user))
                .map(user -> view(user, known.get(user), all))
                .sorted(Comparator.comparing(User::name)
                        .thenComparing(user -> user.id().value()))
                .toList());
    }

    @Allowed(Role.ADMIN)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createUser", summary = "Let someone sign in")
    User create(Caller caller, @Valid @RequestBody NewUser wanted) {
        UserId user = UserId.next();
        accounts.create(caller.organisation(), user, wanted.email(), wanted.name(), wanted.password(), wanted.roles());
        return view(user, accounts.find(caller.organisation(), user).orElseThrow(), true);
    }

    @Allowed(Role.ADMIN)
    @PutMapping("/{id}/roles")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "changeRoles", summary = "Change what someone may do, from the next request on")
    void changeRoles(Caller caller, @PathVariable("id") UserId id, @Valid @RequestBody NewRoles wanted) {
        accounts.changeRoles(caller, id, wanted.roles());
    }

    @Allowed(Role.ADMIN)
    @PostMapping("/{id}/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "disableUser", summary = "Keep someone and their tokens out, from the next request on")
    void disable(Caller caller, @PathVariable("id") UserId id) {
        accounts.disable(caller, id);
    }

    private static User view(UserId user, Accounts.@Nullable Account account, boolean all) {
        if (account == null) {
            return new User(user, user.value(), null, null, null);
        }
        return all
                ? new User(user, account.name(), account.email(), account.roles(), account.disabled())
                : new User(user, account.name(), null, null, null);
    }
}
