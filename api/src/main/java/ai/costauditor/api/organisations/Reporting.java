package ai.costauditor.api.organisations;

import ai.costauditor.api.identity.Caller;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import java.time.ZoneId;
import org.springframework.stereotype.Component;

/** In which currency and time zone an organisation reads its figures. */
@Component
public class Reporting {

    public record Terms(String currency, ZoneId timeZone) {}

    private final OrganisationDirectory organisations;

    Reporting(OrganisationDirectory organisations) {
        this.organisations = organisations;
    }

    public Terms of(Caller caller) {
        return organisations
                .tree(caller.organisation())
                .map(tree -> new Terms(tree.currency(), tree.timeZone()))
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such organisation"));
    }
}
