package ai.costauditor.ledger;

/** Nothing could be recorded, so nothing may be forwarded. */
public class LedgerUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LedgerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
