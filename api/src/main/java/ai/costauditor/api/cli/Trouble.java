package ai.costauditor.api.cli;

import org.jspecify.annotations.Nullable;

/** Something that a person can mend; its message is one line that says how. */
public class Trouble extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Trouble(String message) {
        super(message);
    }

    public Trouble(String message, Throwable cause) {
        super(message, cause);
    }

    /** The trouble that an exception was caused by, if it was one. */
    public static @Nullable Trouble behind(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof Trouble trouble) {
                return trouble;
            }
        }
        return null;
    }
}
