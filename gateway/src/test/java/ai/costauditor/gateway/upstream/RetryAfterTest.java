package ai.costauditor.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-27T03:00:00Z");

    @Test
    void secondsAreSeconds() {
        assertThat(RetryAfter.of(null, "7", NOW)).isEqualTo(Duration.ofSeconds(7));
        assertThat(RetryAfter.of(null, "0.5", NOW)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void millisecondsCountBeforeThem() {
        assertThat(RetryAfter.of("250", "7", NOW)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aDateIsAPauseUntilThen() {
        assertThat(RetryAfter.of(null, "Fri, 27 Nov 2026 03:00:30 GMT", NOW)).isEqualTo(Duration.ofSeconds(30));
        assertThat(RetryAfter.of(null, "Fri, 27 Nov 2026 02:00:00 GMT", NOW)).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatCannotBeReadIsNoPause() {
        for (String text : new String[] {"soon", "-1", "NaN", "", "99999999999"}) {
            assertThat(RetryAfter.of(null, text, NOW)).as(text).isNull();
        }
        assertThat(RetryAfter.of("soon", "3", NOW)).isEqualTo(Duration.ofSeconds(3));
    }
}
