package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** What can happen to the price book of an organisation. */
public sealed interface PriceBookEvent {

    OrganisationId organisation();

    Change change();

    /** @param confirmed although it looked like a slip of units */
    record PriceSet(OrganisationId organisation, PriceRule rule, boolean confirmed, Change change)
            implements PriceBookEvent {}

    record PriceEnded(OrganisationId organisation, PriceId price, Instant until, Change change)
            implements PriceBookEvent {}

    /** @param list as it was imported, so that every charge that it made can be replayed */
    record ListImported(OrganisationId organisation, String version, Instant from, JsonNode list, Change change)
            implements PriceBookEvent {}
}
