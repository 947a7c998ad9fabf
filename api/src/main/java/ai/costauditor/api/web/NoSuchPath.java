package ai.costauditor.api.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** A path or a method that no resource of the API has: no controller is there to say so. */
@RestControllerAdvice
class NoSuchPath {

    @ExceptionHandler
    ProblemDetail noSuchPath(NoResourceFoundException e, HttpServletRequest request) throws NoResourceFoundException {
        if (isOurs(request)) {
            return Problems.problem(HttpStatus.NOT_FOUND, "there is no such path");
        }
        throw e;
    }

    @ExceptionHandler
    ProblemDetail noSuchMethod(HttpRequestMethodNotSupportedException e, HttpServletRequest request)
            throws HttpRequestMethodNotSupportedException {
        if (isOurs(request)) {
            return Problems.problem(HttpStatus.METHOD_NOT_ALLOWED, e.getMessage());
        }
        throw e;
    }

    private static boolean isOurs(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/api/");
    }
}
