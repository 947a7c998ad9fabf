package ai.costauditor.api.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** An address that has tried too many passwords waits, whatever accounts it tries. */
final class GuessingFilter extends OncePerRequestFilter {

    private final SignIn signIn;

    GuessingFilter(SignIn signIn) {
        this.signIn = signIn;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if ("POST".equals(request.getMethod()) && signIn.isGuessing(request.getRemoteAddr())) {
            response.sendRedirect("/sign-in?wait");
            return;
        }
        chain.doFilter(request, response);
    }
}
