package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.keys.CallId;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;

/** An error of ours in the shape of the SDK that is calling. */
public final class ErrorAnswer {

    private ErrorAnswer() {}

    public static ServerResponse of(ErrorShape shape, CallId call, Problem problem) {
        return of(shape, call, problem, Map.of());
    }

    static ServerResponse of(ErrorShape shape, CallId call, Problem problem, Map<String, String> more) {
        ServerResponse.BodyBuilder answer = ServerResponse.status(shape.status(problem.kind()))
                .contentType(MediaType.APPLICATION_JSON)
                .header("x-auditor-call-id", call.value())
                .header("x-request-id", call.value())
                .header("request-id", call.value());
        shape.headers(problem.kind(), call.value()).forEach(answer::header);
        more.forEach(answer::header);
        if (problem.retry() != null) {
            answer.header("x-should-retry", problem.retry().toString());
        }
        if (problem.retryAfter() != null) {
            answer.header("retry-after", problem.retryAfter().toString());
        }
        if (problem.kind() == Kind.OVERLOADED) {
            // idle connections of those who were refused would take the place of others
            answer.header("connection", "close");
        }
        return answer.body(shape.bytes(problem, call.value()));
    }
}
