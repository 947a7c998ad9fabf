package ai.costauditor.gateway;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.keys.CallId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers what Tomcat refuses before any of our code sees it, because its head is too large or is no HTTP, in the words of the
 * SDK that it probably comes from instead of with a page.
 */
final class UnreadableRequests extends ErrorReportValve {

    private final Providers providers;

    UnreadableRequests(Providers providers) {
        this.providers = providers;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ErrorShape shape = shape(request.getRequestURI());
        String id = CallId.next().value();
        Problem problem = isOfTheCaller(response.getStatus())
                ? Problem.of(
                        Kind.BAD_REQUEST, "this cannot be read: it is no HTTP/1.1, or its head is larger than 8 KB")
                : Problem.of(Kind.INTERNAL, "this server failed at the request");
        byte[] body = shape.bytes(problem, id);
        try {
            response.setContentType("application/json");
            shape.headers(problem.kind(), id).forEach(response::setHeader);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("nobody waits for this refusal any more", e);
        }
    }

    /** A coding or a version of HTTP that Tomcat does not know is the caller's as well. */
    private static boolean isOfTheCaller(int status) {
        return status < 500
                || status == HttpServletResponse.SC_NOT_IMPLEMENTED
                || status == HttpServletResponse.SC_HTTP_VERSION_NOT_SUPPORTED;
    }

    private ErrorShape shape(@Nullable String path) {
        if (path == null) {
            return ErrorShape.OPENAI;
        }
        if (path.startsWith("/v1/messages")) {
            return ErrorShape.ANTHROPIC;
        }
        int end = path.indexOf('/', 1);
        Provider provider = end < 0 ? null : providers.named(path.substring(1, end));
        return provider == null ? ErrorShape.OPENAI : provider.family();
    }
}
