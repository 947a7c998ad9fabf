package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a call was refused. */
public enum Refusal {
    @JsonProperty("key_suspended")
    KEY_SUSPENDED,
    @JsonProperty("key_revoked")
    KEY_REVOKED,
    @JsonProperty("model_not_allowed")
    MODEL_NOT_ALLOWED,
    @JsonProperty("provider_not_allowed")
    PROVIDER_NOT_ALLOWED,
    @JsonProperty("endpoint_not_allowed")
    ENDPOINT_NOT_ALLOWED,
    @JsonProperty("budget_exhausted")
    BUDGET_EXHAUSTED,
    /** The model has no price and the key has a hard budget. */
    @JsonProperty("unpriced_model")
    UNPRICED_MODEL,
    @JsonProperty("parallel_calls")
    PARALLEL_CALLS,
    @JsonProperty("requests_per_minute")
    REQUESTS_PER_MINUTE,
    @JsonProperty("tokens_per_minute")
    TOKENS_PER_MINUTE
}
