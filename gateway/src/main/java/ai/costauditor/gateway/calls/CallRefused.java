package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;

/** A call that does not leave. */
final class CallRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    CallRefused(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    CallRefused(Kind kind, String message) {
        this(Problem.of(kind, message));
    }

    Problem problem() {
        return problem;
    }
}
