package ai.costauditor.api.keys;

import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeyStatus;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Named;
import ai.costauditor.projections.Names;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as its readers see it.
 *
 * @param secret only in the answer that made it; nobody can see it again
 * @param lastUsedAt the last allowed or denied call; none if there was none
 */
record KeyView(
        KeyId id,
        String name,
        KeyStatus status,
        Named project,
        Named team,
        @Nullable UserId userId,
        @Nullable String userName,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        List<BudgetLimit> budgets,
        Policy policy,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

    static KeyView of(KeyDirectory.Entry key, @Nullable Instant lastUsedAt, Names names) {
        UserId user = key.attribution().user();
        return new KeyView(
                key.id(),
                key.name(),
                key.status(),
                Named.of(key.attribution().project().value(), names),
                Named.of(key.attribution().team().value(), names),
                user,
                user == null ? null : names.of(user.value()),
                key.createdAt(),
                lastUsedAt,
                key.budgets(),
                key.policy(),
                null);
    }

    KeyView with(String newSecret) {
        return new KeyView(
                id, name, status, project, team, userId, userName, createdAt, lastUsedAt, budgets, policy, newSecret);
    }
}
