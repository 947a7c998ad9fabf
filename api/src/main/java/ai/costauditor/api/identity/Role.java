package ai.costauditor.api.identity;

/** What a person may do in their organisation. */
public enum Role {
    /** Changes everything. */
    ADMIN,
    /** Sees everything and sets budgets. */
    FINANCE,
    /** Sees everything. */
    AUDITOR,
    /** Sees what is their own. */
    MEMBER
}
