package ai.costauditor.api.web;

import java.util.regex.Pattern;
import tools.jackson.databind.PropertyNamingStrategies;

/** Names in the API are snake_case; this is the rule for names that do not pass through the JSON mapper. */
final class SnakeCase {

    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    static final PropertyNamingStrategies.SnakeCaseStrategy STRATEGY = new PropertyNamingStrategies.SnakeCaseStrategy();

    private SnakeCase() {}

    /** {@code budgets[0].windowStart} becomes {@code budgets[0].window_start}. */
    static String path(String javaPath) {
        return HUMP.matcher(javaPath).replaceAll("$1_$2").toLowerCase(java.util.Locale.ROOT);
    }
}
