package ai.costauditor.gateway.calls;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * Of an answer that broke off the client gets what came, and the end of the connection. The server would include its page of
 * errors after it, which a client of JSON would take for the provider's.
 */
final class NothingAfterABreak implements Filter {

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!response.isCommitted()) {
            chain.doFilter(request, response);
        }
    }
}
