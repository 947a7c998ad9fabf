package ai.costauditor.api.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tokens for scripts. */
@RestController
@RequestMapping("/api/v1/tokens")
@Tag(name = "tokens")
class TokenResource {

    record NewToken(
            @NotBlank @Size(max = 100) String name,
            @NotEmpty Set<Role> roles,
            @Min(1) @Max(366) int days) {}

    /** @param secret shown here and never again */
    record MadeToken(String id, String secret) {

        @Override
        public String toString() {
            return id;
        }
    }

    record Tokens(List<ApiTokens.Token> items) {}

    private final ApiTokens tokens;

    TokenResource(ApiTokens tokens) {
        this.tokens = tokens;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "tokens", summary = "Tokens, newest first: an administrator sees all, others their own")
    Tokens list(Caller caller) {
        return new Tokens(tokens.list(caller));
    }

    @Allowed
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "createToken", summary = "Make a token; its secret is in this answer only")
    MadeToken create(Caller caller, @Valid @RequestBody NewToken wanted) {
        ApiTokens.Issued made = tokens.issue(caller, wanted.name(), wanted.roles(), Duration.ofDays(wanted.days()));
        return new MadeToken(made.id(), made.secret());
    }

    @Allowed
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "revokeToken", summary = "Revoke a token at once")
    void revoke(Caller caller, @PathVariable("id") String id) {
        tokens.revoke(caller, id);
    }
}
