package ai.costauditor.api.keys;

import ai.costauditor.api.budgets.Limit;
import ai.costauditor.api.policies.NewPolicy;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.UserId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one can ask of keys. */
final class KeyRequests {

    private KeyRequests() {}

    /**
     * @param userId whom the calls are charged to, besides the project
     * @param budgets none means no limit
     * @param policy everything is allowed if missing
     */
    record NewKey(
            @NotBlank @Size(max = 100) String name,
            @NotNull ProjectId projectId,
            @Nullable UserId userId,
            @Nullable List<@Valid Limit> budgets,
            @Valid @Nullable NewPolicy policy) {}

    /**
     * @param userId whom calls are charged to besides the project; nobody if missing
     * @param reason kept with the event
     */
    record Move(
            @NotNull ProjectId projectId,
            @Nullable UserId userId,
            @Size(max = 500) @Nullable String reason) {}

    /** @param reason kept with the event */
    record Because(@Size(max = 500) @Nullable String reason) {}
}
