package ai.costauditor.api.cli;

import ai.costauditor.api.identity.Accounts;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.springframework.context.ApplicationContext;

/** Makes the organisation and the person who invites all others, while there is nobody who could sign in. */
final class FirstAdministrator {

    private final Ledger ledger;
    private final Accounts accounts;
    private final Map<String, String> environment;

    FirstAdministrator(ApplicationContext context, Map<String, String> environment) {
        this.ledger = context.getBean(Ledger.class);
        this.accounts = context.getBean(Accounts.class);
        this.environment = environment;
    }

    void makeOnce() {
        if (!accounts.isEmpty()) {
            return;
        }
        String email = environment.getOrDefault("AUDITOR_ADMIN_EMAIL", "");
        String password = environment.getOrDefault("AUDITOR_ADMIN_PASSWORD", "");
        if (email.isBlank() || password.isBlank()) {
            System.err.println("auditor: nobody can sign in yet; set AUDITOR_ADMIN_EMAIL and AUDITOR_ADMIN_PASSWORD"
                    + " (12 characters or more) and start again");
            return;
        }
        OrganisationId organisation = OrganisationId.next();
        ledger.execute(new CreateOrganisation(
                organisation,
                environment.getOrDefault("AUDITOR_ORGANISATION", "Organisation"),
                environment.getOrDefault("AUDITOR_CURRENCY", "USD"),
                ZoneId.of(environment.getOrDefault("AUDITOR_TIME_ZONE", "UTC")),
                new Change("system:serve", Instant.now(), "first start")));
        accounts.create(
                organisation,
                UserId.next(),
                email,
                "Administrator",
                password,
                Set.of(Role.ADMIN, Role.FINANCE, Role.AUDITOR));
    }
}
