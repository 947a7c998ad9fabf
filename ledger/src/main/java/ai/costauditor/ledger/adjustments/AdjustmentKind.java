package ai.costauditor.ledger.adjustments;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why money is corrected. */
public enum AdjustmentKind {
    /** Another price holds for the call: one that came late, or that was wrong. */
    @JsonProperty("re-rating")
    RE_RATING,
    /** Money back, for a call or for the key as a whole. */
    @JsonProperty("credit")
    CREDIT,
    /** The recorded cost was wrong, or was not known. */
    @JsonProperty("correction")
    CORRECTION
}
