package ai.costauditor.api.web;

import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.identity.Role;
import ai.costauditor.projections.Sight;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Who may do what. Administrators, finance and auditors see the whole organisation; a member sees what is their own. */
public final class Rights {

    private Rights() {}

    /** What the caller may see. */
    public static Sight sight(Caller caller) {
        boolean all = has(caller, Role.ADMIN, Role.FINANCE, Role.AUDITOR);
        return new Sight(caller.organisation(), all ? null : caller.user());
    }

    /** @throws ErrorResponseException 403 unless the caller has one of the roles */
    public static void require(Caller caller, Role... anyOf) {
        if (!has(caller, anyOf)) {
            String roles = Arrays.stream(anyOf)
                    .map(role -> role.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(" or "));
            throw new ErrorResponseException(
                    HttpStatus.FORBIDDEN,
                    ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN, "this needs the role " + roles),
                    null);
        }
    }

    private static boolean has(Caller caller, Role... anyOf) {
        return Arrays.stream(anyOf).anyMatch(caller.roles()::contains);
    }
}
