package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The keys as they stand, written in the transaction of the event: a new key works with the next request. Looking up a
 * secret is a memory access for keys in use.
 */
public interface KeyDirectory {

    /** The key of a presented secret, whatever its status. Empty for text that is no key of ours. */
    Optional<Entry> find(String presentedSecret);

    /** Only inside the given organisation. */
    Optional<Entry> get(OrganisationId organisation, KeyId key);

    /** All keys of the organisation, oldest first. */
    List<Entry> list(OrganisationId organisation);

    /** The next look at the key reads it again. For changes of which it is known that another process has made them. */
    void forget(KeyId key);

    /** @param earlier to whom it was charged before it was moved, oldest first */
    record Entry(
            KeyId id,
            String name,
            KeyStatus status,
            Attribution attribution,
            Policy policy,
            List<BudgetLimit> budgets,
            ZoneId zone,
            Instant createdAt,
            List<Attribution> earlier) {

        public Entry {
            earlier = earlier == null ? List.of() : List.copyOf(earlier);
        }

        public boolean hasHardBudget() {
            return budgets.stream().anyMatch(BudgetLimit::isHard);
        }
    }
}
