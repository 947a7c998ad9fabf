package ai.costauditor.api.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Keeps {@link Allowed}, for every method of ours wherever it is mapped. It asks who the caller is and not which path was
 * taken, so a path that slips past the filter chains ends here.
 */
@Configuration(proxyBeanMethods = false)
class RoleCheck implements WebMvcConfigurer, HandlerInterceptor {

    private static final String OURS = "ai.costauditor.";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OURS)) {
            require(method.getMethodAnnotation(Allowed.class));
        }
        return true;
    }

    private static void require(@Nullable Allowed allowed) {
        if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known)) {
            throw refused(HttpStatus.UNAUTHORIZED, "send a valid access token or API token as a bearer token");
        }
        if (allowed == null) {
            throw refused(HttpStatus.FORBIDDEN, "nobody may do this");
        }
        Role[] roles = allowed.value();
        if (roles.length > 0
                && Arrays.stream(roles).noneMatch(known.getPrincipal().roles()::contains)) {
            throw refused(
                    HttpStatus.FORBIDDEN,
                    "this needs the role "
                            + Arrays.stream(roles)
                                    .map(role -> role.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(" or ")));
        }
    }

    private static ErrorResponseException refused(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }
}
