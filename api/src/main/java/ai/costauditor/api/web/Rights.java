package ai.costauditor.api.web;

import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Sight;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Who may do what. Administrators, finance and auditors see the whole organisation; a member sees what is their own. */
public final class Rights {

    private Rights() {}

    /** What the caller may see. */
    public static Sight sight(Caller caller) {
        boolean all = has(caller, Role.ADMIN, Role.FINANCE, Role.AUDITOR);
        return new Sight(caller.organisation(), all ? null : caller.user());
    }

    /** @param whose what is charged to a user, if it is */
    public static boolean mayBeSeen(Caller caller, @Nullable UserId whose) {
        Sight sight = sight(caller);
        return sight.user() == null || sight.user().equals(whose);
    }

    private static boolean has(Caller caller, Role... anyOf) {
        return Arrays.stream(anyOf).anyMatch(caller.roles()::contains);
    }
}
