package ai.costauditor.api.dev;

import ai.costauditor.api.identity.Accounts;
import ai.costauditor.api.identity.ApiTokens;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateProject;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateTeam;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.springframework.context.ApplicationContext;

/** Makes what a newcomer needs: an organisation with teams and projects, an administrator, a key with a budget. */
final class Bootstrap {

    private static final ZoneId ZONE = ZoneId.of("UTC");

    private final Ledger ledger;
    private final KeySecrets secrets;
    private final Accounts accounts;
    private final ApiTokens tokens;

    Bootstrap(ApplicationContext context) {
        ledger = context.getBean(Ledger.class);
        secrets = context.getBean(KeySecrets.class);
        accounts = context.getBean(Accounts.class);
        tokens = context.getBean(ApiTokens.class);
    }

    void make(Installation it) {
        Change change = new Change("system:dev", Instant.now(), "development installation");
        once(new CreateOrganisation(it.organisation(), "Example Ltd", "USD", ZONE, change));
        once(new CreateTeam(it.organisation(), it.teams().get(0), "Support", change));
        once(new CreateTeam(it.organisation(), it.teams().get(1), "Research", change));
        once(new CreateProject(
                it.organisation(), it.teams().get(0), it.projects().get(0), "Chat assistant", change));
        once(new CreateProject(
                it.organisation(), it.teams().get(0), it.projects().get(1), "Ticket triage", change));
        once(new CreateProject(
                it.organisation(), it.teams().get(1), it.projects().get(2), "Paper search", change));
        once(new IssueKey(
                it.key(),
                "Demo key",
                new Attribution(
                        it.organisation(), it.teams().get(0), it.projects().get(0), null),
                secrets.hash(it.keySecret()),
                Policy.DEFAULT,
                List.of(new BudgetLimit(Money.of("100"), BudgetWindow.MONTH, BudgetLimit.Kind.HARD)),
                ZONE,
                change));
        if (accounts.find(it.organisation(), it.administrator()).isEmpty()) {
            accounts.create(
                    it.organisation(),
                    it.administrator(),
                    Installation.USER,
                    "Administrator",
                    it.password(),
                    Set.of(Role.ADMIN, Role.FINANCE, Role.AUDITOR));
        }
    }

    /** A token for scripts; the one of the last start is replaced. */
    String token(Installation it) {
        return tokens.replace(
                it.organisation(), it.administrator(), "dev", Set.of(Role.ADMIN, Role.FINANCE, Role.AUDITOR));
    }

    /** What an earlier start has made already is fine. */
    private void once(Command<?> command) {
        try {
            ledger.execute(command);
        } catch (RuleViolated e) {
            if (e.code() != RuleViolated.Code.CONFLICT) {
                throw e;
            }
        }
    }
}
