package ai.costauditor.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who changed something, when (UTC) and why.
 *
 * @param actor pseudonymous id of a user or token, or the name of a part of the system such as {@code system:dev}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Change(String actor, Instant at, @Nullable String reason) {}
