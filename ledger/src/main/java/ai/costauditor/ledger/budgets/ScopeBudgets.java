package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The limits above a key, as its decisions see them inside a batch: first every scope is asked, then all are moved, so
 * that nothing has to be undone.
 */
public interface ScopeBudgets {

    /** The first scope, in the order user, project, team, organisation, that has no room. */
    @Nullable BudgetBalance withoutRoomFor(Attribution attribution, Money hold, Instant at);

    boolean hasHardLimit(Attribution attribution);

    /** The least that is left of any hard limit above the key; none without hard limits. */
    @Nullable Money available(Attribution attribution, Instant at);

    /** The key is new, or moves: what it spends counts elsewhere from here on in this batch. */
    void changesPlace(OrganisationId organisation, KeyId key);

    /** On every limited scope above the key. */
    void move(Attribution attribution, Move move);
}
