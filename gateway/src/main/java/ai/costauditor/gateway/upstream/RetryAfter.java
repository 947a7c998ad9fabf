package ai.costauditor.gateway.upstream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The pause that an answer asks for: RFC 9110, section 10.2.3, and OpenAI's header in milliseconds. */
final class RetryAfter {

    private RetryAfter() {}

    /** @return none if neither header can be read; never negative */
    static @Nullable Duration of(@Nullable String millis, @Nullable String secondsOrDate, Instant now) {
        if (millis != null && isNumber(millis)) {
            return Duration.ofMillis((long) Double.parseDouble(millis));
        }
        if (secondsOrDate == null) {
            return null;
        }
        if (isNumber(secondsOrDate)) {
            return Duration.ofMillis((long) (Double.parseDouble(secondsOrDate) * 1000));
        }
        try {
            Duration until = Duration.between(
                    now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(secondsOrDate.strip())));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}(\\.\\d{1,9})?");
    }
}
