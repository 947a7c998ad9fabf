package ai.costauditor.api.web;

import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Everything that goes wrong in the REST API, as problem+json (RFC 9457). */
@RestControllerAdvice(basePackages = "ai.costauditor.api")
class Problems extends ResponseEntityExceptionHandler {

    /** What is wrong with one field of the request, by its name in the request. */
    record FieldError(String field, String message) {}

    @ExceptionHandler
    ProblemDetail ruleViolated(RuleViolated violation) {
        return problem(
                switch (violation.code()) {
                    case NOT_FOUND -> HttpStatus.NOT_FOUND;
                    case CONFLICT -> HttpStatus.CONFLICT;
                    case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
                },
                violation.getMessage());
    }

    @ExceptionHandler
    ProblemDetail ledgerUnavailable(LedgerUnavailable unavailable) {
        logger.error("the ledger could not record a change", unavailable);
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "nothing was changed: the ledger is not available");
    }

    @ExceptionHandler
    ProblemDetail invalidField(InvalidField invalid) {
        return wrong(List.of(new FieldError(invalid.field(), message(invalid))));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = wrong(e.getFieldErrors().stream()
                .map(error -> new FieldError(
                        SnakeCase.path(error.getField()),
                        error.isBindingFailure() ? "is not valid" : String.valueOf(error.getDefaultMessage())))
                .toList());
        return handleExceptionInternal(e, problem, headers, HttpStatus.UNPROCESSABLE_CONTENT, request);
    }

    /** Parameters, and bodies that are lists. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = wrong(e.getParameterValidationResults().stream()
                .flatMap(result -> result.getResolvableErrors().stream().map(error -> error(result, error)))
                .toList());
        return handleExceptionInternal(e, problem, headers, HttpStatus.UNPROCESSABLE_CONTENT, request);
    }

    private static FieldError error(ParameterValidationResult result, MessageSourceResolvable error) {
        String field = result.getMethodParameter().getParameterName();
        if (result instanceof ParameterErrors && error instanceof org.springframework.validation.FieldError inside) {
            Integer index = result.getContainerIndex();
            field = (index == null ? "" : "[" + index + "].") + SnakeCase.path(inside.getField());
        }
        return new FieldError(String.valueOf(field), String.valueOf(error.getDefaultMessage()));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "the body is not the JSON that is expected here");
        if (e.getCause() instanceof JacksonException json && !json.getPath().isEmpty()) {
            problem = wrong(List.of(new FieldError(path(json), reason(json))));
        }
        return handleExceptionInternal(e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    /** A path that cannot be an id names nothing; any other parameter is simply wrong. */
    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem;
        if (e instanceof MethodArgumentTypeMismatchException argument
                && argument.getParameter().hasParameterAnnotation(PathVariable.class)) {
            problem = problem(HttpStatus.NOT_FOUND, "there is no " + argument.getName() + " " + e.getValue());
        } else {
            problem = wrong(List.of(new FieldError(String.valueOf(e.getPropertyName()), "is not valid")));
        }
        return handleExceptionInternal(e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    static ProblemDetail problem(HttpStatus status, @Nullable String detail) {
        return ProblemDetail.forStatusAndDetail(status, detail == null ? status.getReasonPhrase() : detail);
    }

    private static ProblemDetail wrong(List<FieldError> errors) {
        String detail = errors.stream()
                .map(error -> error.field() + " " + error.message())
                .collect(Collectors.joining("; "));
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_CONTENT, detail);
        problem.setProperty("errors", errors);
        return problem;
    }

    private static String path(JacksonException json) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : json.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    /** Our own types say why they refuse a value; the parser's words are for programmers. */
    private static String reason(JacksonException json) {
        if (json instanceof UnrecognizedPropertyException) {
            return "is not known here";
        }
        for (Throwable cause = json.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && !(cause instanceof NumberFormatException)) {
                return message(cause);
            }
        }
        return "is not valid";
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return message == null ? "is not valid" : message;
    }
}
