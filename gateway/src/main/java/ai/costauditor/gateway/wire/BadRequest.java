package ai.costauditor.gateway.wire;

/** The request cannot be understood, so it is not forwarded. The message is for the caller and holds no prompt text. */
public class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public BadRequest(String message) {
        this(400, message);
    }

    public BadRequest(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
