package ai.costauditor.api.identity;

/** What a person may do in their organisation. */
public enum Role {
    /** Changes everything. */
    ADMIN,
    /** Sees everything, sets budgets, corrects charges and closes months. */
    FINANCE,
    /** Sees everything. */
    AUDITOR,
    /** Sees what is their own. */
    MEMBER
}
