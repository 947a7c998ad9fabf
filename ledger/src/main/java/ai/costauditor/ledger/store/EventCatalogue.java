package ai.costauditor.ledger.store;

import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.organisations.OrganisationEvent;
import ai.costauditor.ledger.periods.PeriodEvent;
import ai.costauditor.ledger.policies.PolicyEvent;
import ai.costauditor.ledger.pricing.PriceBookEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can happen, under the name that it has in the store for ever. Renaming a class changes nothing here on
 * the left.
 */
public final class EventCatalogue {

    /** Of every event so far; a new revision of one comes with an upcaster. */
    static final String REVISION = "1";

    private static final Map<String, Class<?>> CLASSES = new LinkedHashMap<>();
    private static final Map<Class<?>, String> NAMES = new LinkedHashMap<>();

    static {
        event("organisation.Created", OrganisationEvent.OrganisationCreated.class);
        event("organisation.TeamCreated", OrganisationEvent.TeamCreated.class);
        event("organisation.TeamRenamed", OrganisationEvent.TeamRenamed.class);
        event("organisation.ProjectCreated", OrganisationEvent.ProjectCreated.class);
        event("organisation.ProjectRenamed", OrganisationEvent.ProjectRenamed.class);
        event("organisation.UserRegistered", OrganisationEvent.UserRegistered.class);

        event("organisation.TextErased", OrganisationEvent.TextErased.class);

        event("key.Issued", KeyEvent.KeyIssued.class);
        event("key.PolicyChanged", KeyEvent.PolicyChanged.class);
        event("key.BudgetsSet", KeyEvent.BudgetsSet.class);
        event("key.ThresholdReached", KeyEvent.ThresholdReached.class);
        event("key.Moved", KeyEvent.KeyMoved.class);
        event("key.Suspended", KeyEvent.KeySuspended.class);
        event("key.Resumed", KeyEvent.KeyResumed.class);
        event("key.Revoked", KeyEvent.KeyRevoked.class);
        event("key.SecretRotated", KeyEvent.SecretRotated.class);
        event("key.CallAuthorised", KeyEvent.CallAuthorised.class);
        event("key.CallDenied", KeyEvent.CallDenied.class);
        event("key.CallSettled", KeyEvent.CallSettled.class);
        event("key.CallSettledLate", KeyEvent.CallSettledLate.class);
        event("key.CallReleased", KeyEvent.CallReleased.class);
        event("key.HoldExpired", KeyEvent.HoldExpired.class);
        event("key.HoldExtended", KeyEvent.HoldExtended.class);
        event("key.ChargeAdjusted", KeyEvent.ChargeAdjusted.class);

        event("budget.LimitsSet", BudgetEvent.LimitsSet.class);
        event("budget.Moved", BudgetEvent.Moved.class);
        event("budget.ThresholdReached", BudgetEvent.ThresholdReached.class);

        event("policy.Set", PolicyEvent.PolicySet.class);
        event("policy.Counted", PolicyEvent.Counted.class);

        event("period.ClosingBegun", PeriodEvent.ClosingBegun.class);
        event("period.Closed", PeriodEvent.Closed.class);

        event("prices.Set", PriceBookEvent.PriceSet.class);
        event("prices.Ended", PriceBookEvent.PriceEnded.class);
        event("prices.ListImported", PriceBookEvent.ListImported.class);
    }

    private EventCatalogue() {}

    private static void event(String name, Class<?> type) {
        CLASSES.put(name, type);
        NAMES.put(type, name);
    }

    /** Stored names and the records behind them, in reading order. */
    public static Map<String, Class<?>> all() {
        return Collections.unmodifiableMap(CLASSES);
    }

    public static @Nullable String nameOf(Class<?> type) {
        return NAMES.get(type);
    }

    static @Nullable Class<?> classOf(String name) {
        return CLASSES.get(name);
    }
}
