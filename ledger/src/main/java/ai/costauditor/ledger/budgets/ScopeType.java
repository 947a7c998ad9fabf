package ai.costauditor.ledger.budgets;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a limit can be put on, in the order in which holds are placed. */
public enum ScopeType {
    @JsonProperty("key")
    KEY,
    @JsonProperty("user")
    USER,
    @JsonProperty("project")
    PROJECT,
    @JsonProperty("team")
    TEAM,
    @JsonProperty("organisation")
    ORGANISATION
}
