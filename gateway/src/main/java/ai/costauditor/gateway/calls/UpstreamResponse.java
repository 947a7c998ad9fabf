package ai.costauditor.gateway.calls;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * A response that is written while the provider's answer comes in, and not where it is made, but by the outermost filter: a
 * stream may be silent for minutes, and until it is over every caller of its writer takes memory.
 */
record UpstreamResponse(int status, Writer writer) implements ServerResponse {

    private static final String WRITER = Writer.class.getName();

    interface Writer {
        void write(HttpServletRequest request, HttpServletResponse response) throws IOException;
    }

    /** Writes the response that was made for this request, if it is such a one. */
    static void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(WRITER) instanceof Writer writer) {
            request.removeAttribute(WRITER);
            writer.write(request, response);
        }
    }

    @Override
    public HttpStatusCode statusCode() {
        return HttpStatusCode.valueOf(status);
    }

    /** None here: they are copied when the answer is written. */
    @Override
    public HttpHeaders headers() {
        return new HttpHeaders();
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context) {
        request.setAttribute(WRITER, writer);
        return null;
    }
}
