package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.organisations.OrganisationId;

/**
 * The price books as they stand, written in the transaction of the event: a price that was set holds for the next call. An
 * organisation in use costs a memory access.
 */
public interface PriceBooks {

    /**
     * The same object until something changes.
     *
     * @throws ai.costauditor.ledger.LedgerUnavailable if it has to be read and cannot
     */
    OrganisationPrices of(OrganisationId organisation);
}
