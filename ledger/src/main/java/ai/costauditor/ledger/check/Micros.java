package ai.costauditor.ledger.check;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** PostgreSQL keeps microseconds, and rounds to the nearest; events keep nanoseconds. */
public final class Micros {

    private static final int NANOS = 1_000;

    private Micros() {}

    public static Instant of(Instant instant) {
        return instant.plusNanos(NANOS / 2).truncatedTo(ChronoUnit.MICROS);
    }
}
