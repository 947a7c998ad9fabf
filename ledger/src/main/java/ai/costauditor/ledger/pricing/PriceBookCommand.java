package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the price book of an organisation can be asked to do. All of it is idempotent, and none of it changes a charge. */
public sealed interface PriceBookCommand<R> extends Command<R> {

    OrganisationId organisation();

    @Override
    default String stream() {
        return "prices_" + organisation();
    }

    /**
     * All or none.
     *
     * @param confirmed a person has seen that a price looks like a slip of units, and means it
     * @param change with a reason
     */
    record SetPrices(OrganisationId organisation, List<PriceRule> rules, boolean confirmed, Change change)
            implements PriceBookCommand<List<PriceId>> {}

    /** @param until the first moment at which it no longer holds; not before the change; none for now */
    record EndPrice(
            OrganisationId organisation,
            PriceId price,
            @Nullable Instant until,
            Change change) implements PriceBookCommand<PriceId> {}

    /**
     * A whole price list, which takes the place of the shipped ones until a newer one holds.
     *
     * @param list in the format of the catalogue's files, with a version that was not used before
     * @param from not before the change
     */
    record ImportList(OrganisationId organisation, JsonNode list, Instant from, Change change)
            implements PriceBookCommand<String> {}
}
