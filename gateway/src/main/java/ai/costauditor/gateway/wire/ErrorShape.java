package ai.costauditor.gateway.wire;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The families of wire formats, by how an error must look for the SDK that is calling. */
public enum ErrorShape {
    OPENAI {
        @Override
        ObjectNode body(Problem problem, String requestId) {
            ObjectNode error = JsonMapper.shared().createObjectNode();
            error.put("message", problem.message());
            error.put("type", problem.kind().openAiType);
            error.putNull("param");
            error.put("code", problem.kind().openAiCode);
            addDetails(error, problem);
            ObjectNode root = JsonMapper.shared().createObjectNode();
            root.set("error", error);
            return root;
        }

        @Override
        public int status(Kind kind) {
            return kind.openAiStatus;
        }
    },
    ANTHROPIC {
        @Override
        ObjectNode body(Problem problem, String requestId) {
            ObjectNode error = JsonMapper.shared().createObjectNode();
            error.put("type", problem.kind().anthropicType);
            error.put("message", problem.message());
            addDetails(error, problem);
            ObjectNode root = JsonMapper.shared().createObjectNode();
            root.put("type", "error");
            root.set("error", error);
            root.put("request_id", requestId);
            return root;
        }

        @Override
        public int status(Kind kind) {
            return kind.anthropicStatus;
        }
    },
    /** Google's {@code google.rpc.Status} in JSON. */
    GEMINI {
        @Override
        ObjectNode body(Problem problem, String requestId) {
            ObjectNode root = JsonMapper.shared().createObjectNode();
            ObjectNode error = root.putObject("error");
            error.put("code", status(problem.kind()));
            error.put("message", problem.message());
            error.put("status", problem.kind().googleStatus);
            ArrayNode details = error.putArray("details");
            ObjectNode info = details.addObject();
            info.put("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            info.put("reason", problem.kind().openAiCode.toUpperCase(Locale.ROOT));
            info.put("domain", "auditor");
            ObjectNode metadata = info.putObject("metadata");
            new TreeMap<>(problem.details()).forEach(metadata::put);
            if (problem.retryAfter() != null) {
                details.addObject()
                        .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
                        .put("retryDelay", problem.retryAfter() + "s");
            }
            return root;
        }

        @Override
        public int status(Kind kind) {
            return kind.openAiStatus;
        }
    },
    /**
     * Bedrock's: the type stands in a header. SDKs of Amazon try again after any 429 and any 5xx and know no header that
     * forbids it, so a budget is a quota: a 400, which none of them repeats.
     */
    BEDROCK {
        @Override
        ObjectNode body(Problem problem, String requestId) {
            ObjectNode root = JsonMapper.shared().createObjectNode();
            root.put("message", problem.message());
            addDetails(root, problem);
            return root;
        }

        @Override
        public int status(Kind kind) {
            return switch (kind) {
                case INVALID_KEY -> 403;
                case BUDGET -> 400;
                default -> kind.openAiStatus;
            };
        }

        @Override
        public Map<String, String> headers(Kind kind, String requestId) {
            return Map.of("x-amzn-errortype", errorType(kind), "x-amzn-requestid", requestId);
        }

        private String errorType(Kind kind) {
            return switch (kind) {
                case INVALID_KEY -> "UnrecognizedClientException";
                case NOT_ALLOWED -> "AccessDeniedException";
                case BUDGET -> "ServiceQuotaExceededException";
                case RATE -> "ThrottlingException";
                case BAD_REQUEST, TOO_LARGE -> "ValidationException";
                case NOT_FOUND -> "UnknownOperationException";
                case UNKNOWN_MODEL -> "ResourceNotFoundException";
                case CONFLICT -> "ConflictException";
                case OVERLOADED, LEDGER_UNAVAILABLE, UPSTREAM_UNREACHABLE, NOT_CONFIGURED ->
                    "ServiceUnavailableException";
                case UPSTREAM_FAILED, INTERNAL -> "InternalServerException";
                case UPSTREAM_TIMEOUT -> "ModelTimeoutException";
            };
        }
    };

    /** What went wrong, in the words of each SDK. */
    public enum Kind {
        INVALID_KEY(401, "invalid_request_error", "invalid_api_key", 401, "authentication_error", "UNAUTHENTICATED"),
        NOT_ALLOWED(403, "invalid_request_error", "not_allowed", 403, "permission_error", "PERMISSION_DENIED"),
        BUDGET(429, "insufficient_quota", "project_spend_limit_exceeded", 429, "billing_error", "RESOURCE_EXHAUSTED"),
        RATE(429, "requests", "rate_limit_exceeded", 429, "rate_limit_error", "RESOURCE_EXHAUSTED"),
        BAD_REQUEST(400, "invalid_request_error", "invalid_request", 400, "invalid_request_error", "INVALID_ARGUMENT"),
        TOO_LARGE(400, "invalid_request_error", "request_too_large", 400, "invalid_request_error", "INVALID_ARGUMENT"),
        NOT_FOUND(404, "invalid_request_error", "not_found", 404, "not_found_error", "NOT_FOUND"),
        UNKNOWN_MODEL(404, "invalid_request_error", "model_not_found", 404, "not_found_error", "NOT_FOUND"),
        CONFLICT(409, "invalid_request_error", "conflict", 409, "invalid_request_error", "ABORTED"),
        OVERLOADED(503, "server_error", "overloaded", 529, "overloaded_error", "UNAVAILABLE"),
        LEDGER_UNAVAILABLE(503, "server_error", "ledger_unavailable", 529, "overloaded_error", "UNAVAILABLE"),
        UPSTREAM_UNREACHABLE(502, "server_error", "upstream_unreachable", 502, "api_error", "UNAVAILABLE"),
        UPSTREAM_FAILED(502, "server_error", "upstream_failed", 502, "api_error", "UNAVAILABLE"),
        UPSTREAM_TIMEOUT(504, "server_error", "upstream_timeout", 504, "timeout_error", "DEADLINE_EXCEEDED"),
        NOT_CONFIGURED(503, "server_error", "provider_not_configured", 503, "api_error", "UNAVAILABLE"),
        INTERNAL(500, "server_error", "internal_error", 500, "api_error", "INTERNAL");

        private final int openAiStatus;
        private final String openAiType;
        private final String openAiCode;
        private final int anthropicStatus;
        private final String anthropicType;
        private final String googleStatus;

        Kind(
                int openAiStatus,
                String openAiType,
                String openAiCode,
                int anthropicStatus,
                String anthropicType,
                String googleStatus) {
            this.openAiStatus = openAiStatus;
            this.openAiType = openAiType;
            this.openAiCode = openAiCode;
            this.anthropicStatus = anthropicStatus;
            this.anthropicType = anthropicType;
            this.googleStatus = googleStatus;
        }
    }

    /**
     * @param details figures of a refusal (limit, spent, held …), as decimal strings
     * @param retry null: leave it to the SDK; false: {@code x-should-retry: false}
     * @param retryAfter seconds, if waiting helps
     */
    public record Problem(
            Kind kind,
            String message,
            Map<String, String> details,
            @Nullable Boolean retry,
            @Nullable Integer retryAfter) {

        public static Problem of(Kind kind, String message) {
            return new Problem(kind, message, Map.of(), null, null);
        }

        /** Trying again costs the same and ends the same. */
        public static Problem lasting(Kind kind, String message, Map<String, String> details) {
            return new Problem(kind, message, details, false, null);
        }

        public static Problem passing(Kind kind, String message, int retryAfter) {
            return new Problem(kind, message, Map.of(), null, retryAfter);
        }
    }

    abstract ObjectNode body(Problem problem, String requestId);

    public abstract int status(Kind kind);

    /** What stands in headers and not in the body. */
    public Map<String, String> headers(Kind kind, String requestId) {
        return Map.of();
    }

    public byte[] bytes(Problem problem, String requestId) {
        return JsonMapper.shared().writeValueAsBytes(body(problem, requestId));
    }

    private static void addDetails(ObjectNode error, Problem problem) {
        if (!problem.details().isEmpty()) {
            ObjectNode details = error.putObject("auditor");
            problem.details().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(detail -> details.put(detail.getKey(), detail.getValue()));
        }
    }
}
