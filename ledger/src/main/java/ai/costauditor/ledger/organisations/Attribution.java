package ai.costauditor.ledger.organisations;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Who a call is charged to, frozen into its events: moving a key later moves the future only. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attribution(
        OrganisationId organisation,
        TeamId team,
        ProjectId project,
        @Nullable UserId user) {}
