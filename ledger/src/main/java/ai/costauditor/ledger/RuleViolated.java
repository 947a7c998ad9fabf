package ai.costauditor.ledger;

/** The command breaks a rule of the domain. Each edge turns it into its own language. */
public class RuleViolated extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of rule, so that an edge can choose its status. */
    public enum Code {
        /** There is no such thing in this organisation. */
        NOT_FOUND,
        /** The state of the thing does not allow it (revoked key, same call id with another body). */
        CONFLICT,
        /** The values of the command are wrong in themselves. */
        INVALID
    }

    private final Code code;

    public RuleViolated(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
