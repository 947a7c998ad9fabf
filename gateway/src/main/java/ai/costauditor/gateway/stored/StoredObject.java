package ai.costauditor.gateway.stored;

import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a provider keeps.
 *
 * @param provider our name of it
 * @param id the provider's
 * @param organisation of the key that made it, at that time; so is the project
 * @param call that made it
 * @param model of that call
 * @param context tokens of a response with all that went before it; none while it is not known
 * @param described as the provider last described it, if it is listed
 * @param pending whether the provider still works on it
 */
public record StoredObject(
        String provider,
        String id,
        StoredKind kind,
        OrganisationId organisation,
        ProjectId project,
        KeyId key,
        CallId call,
        String model,
        Instant createdAt,
        @Nullable Long context,
        @Nullable String described,
        boolean pending) {

    /** Whoever has made it, and the project that its key belonged to: providers keep objects by project, too. */
    public boolean belongsTo(KeyDirectory.Entry asking) {
        boolean project = asking.attribution().organisation().equals(organisation)
                && asking.attribution().project().equals(this.project);
        return project || asking.id().equals(key);
    }
}
