package ai.costauditor.ledger.pricing;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a price was known. A missing price is a state of its own, never zero. */
public enum PriceStatus {
    @JsonProperty("priced")
    PRICED,
    @JsonProperty("unpriced")
    UNPRICED
}
