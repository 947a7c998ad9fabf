package ai.costauditor.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Tells the suite what a client saw: one line of JSON per feature. */
final class Report {

    static final String GOOD = environment("CONFORMANCE_KEY");
    static final String WRONG = environment("CONFORMANCE_WRONG_KEY");
    static final String REVOKED = environment("CONFORMANCE_REVOKED_KEY");
    static final String EMPTY = environment("CONFORMANCE_EMPTY_KEY");

    static final Pattern SAYS_KEY = Pattern.compile("(?i)key");
    static final Pattern SAYS_BUDGET = Pattern.compile("(?s)budget is exhausted.*available");
    static final Pattern SAYS_MODEL = Pattern.compile("(?i)model");

    private final String client;

    Report(String client) {
        this.client = client;
    }

    interface Work {
        /** @return whatever speaks for success */
        Object at(String url) throws Exception;
    }

    void feature(String name, Work work) {
        try {
            String detail = work.at(environment("CONFORMANCE_BASE") + "/" + client + "/" + name)
                    .toString();
            line(name, !detail.isEmpty(), detail.isEmpty() ? "the client gave nothing back" : detail);
        } catch (Exception e) {
            line(name, false, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /** The refusal has to arrive as the client's own exception, with a message that a person understands. */
    void refusal(String name, Class<? extends Exception> own, Pattern says, Work work) {
        feature(name, url -> {
            Object value;
            try {
                value = work.at(url);
            } catch (Exception e) {
                if (!own.isInstance(e)) {
                    throw e;
                }
                require(says.matcher(String.valueOf(e.getMessage())).find(), "the message does not match: " + e);
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            throw new IllegalStateException("no refusal but " + value);
        });
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }

    private void line(String feature, boolean ok, String detail) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("client", client);
        line.put("feature", feature);
        line.put("ok", ok);
        line.put("detail", detail);
        System.out.println(JsonMapper.shared().writeValueAsString(line));
    }

    private static String environment(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }
}
