package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the answer carries: the provider's headers, and ours. */
final class AnswerHeaders {

    static final String CALL_ID = "x-auditor-call-id";
    static final String UPSTREAM = "x-auditor-upstream";
    static final String ATTEMPTS = "x-auditor-attempts";
    static final String COST = "x-auditor-cost";
    static final String BUDGET_REMAINING = "x-auditor-budget-remaining";
    static final String MAX_TOKENS = "x-auditor-max-tokens";

    /** Hop by hop (RFC 9110, section 7.6.1), set by our own server, or about the provider's host and not ours. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "date",
            "set-cookie",
            "location",
            "alt-svc",
            "strict-transport-security");

    private AnswerHeaders() {}

    /** @param packed whether the body goes on as the provider has packed it */
    static void write(Call call, UpstreamAnswer answer, boolean packed, HttpServletResponse response) {
        Map<String, String> limits = RateLimitHeaders.of(call.format().errors(), call.limits(), call.startedAt());
        answer.forEachHeader((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!NOT_PASSED_ON.contains(lower)
                    && (limits.isEmpty() || !RateLimitHeaders.isOne(lower))
                    && !lower.startsWith("x-auditor-")
                    && (packed || !lower.equals("content-encoding"))) {
                response.addHeader(name, value);
            }
        });
        limits.forEach(response::setHeader);
        write(call, response);
        if (call.available() != null) {
            response.setHeader(BUDGET_REMAINING, call.available().toString());
        }
    }

    /** The OpenAI SDKs read one of the request ids, Anthropic's another, Amazon's a third; the provider's own is the better one to ask about. */
    static void write(Call call, HttpServletResponse response) {
        String id = response.getHeader("x-request-id");
        id = id == null ? response.getHeader("request-id") : id;
        id = id == null ? response.getHeader("x-amzn-requestid") : id;
        id = id == null ? call.id().value() : id;
        response.setHeader("x-request-id", id);
        response.setHeader("request-id", id);
        response.setHeader(CALL_ID, call.id().value());
        response.setHeader(UPSTREAM, call.provider().served());
        response.setHeader(ATTEMPTS, Integer.toString(call.attempts()));
        if (call.keptUnder() != null) {
            response.setHeader(Repeats.HEADER, "miss");
        }
        if (call.maxTokens() != null) {
            response.setHeader(MAX_TOKENS, call.maxTokens().toString());
        }
    }

    static void write(Settlement settlement, HttpServletResponse response) {
        if (settlement.cost() != null) {
            response.setHeader(COST, settlement.cost().toString());
        }
        if (settlement.available() != null) {
            response.setHeader(BUDGET_REMAINING, settlement.available().toString());
        }
    }
}
