package ai.costauditor.gateway.upstream;

/** The provider gave no answer. */
public class UpstreamFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is known of the request. */
    public enum Certainty {
        /** No byte of it can have arrived: nothing was billed. */
        NEVER_SENT,
        /** It may have been read, and billed. */
        SENT,
        /** It was sent, and nothing came for too long. */
        SILENT
    }

    private final Certainty certainty;

    public UpstreamFailure(Certainty certainty, Throwable cause) {
        super(cause.getClass().getSimpleName(), cause);
        this.certainty = certainty;
    }

    public Certainty certainty() {
        return certainty;
    }
}
