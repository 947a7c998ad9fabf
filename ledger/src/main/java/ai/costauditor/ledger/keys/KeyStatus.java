package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A key is never deleted: revoked is for ever. */
public enum KeyStatus {
    @JsonProperty("active")
    ACTIVE,
    @JsonProperty("suspended")
    SUSPENDED,
    @JsonProperty("revoked")
    REVOKED
}
