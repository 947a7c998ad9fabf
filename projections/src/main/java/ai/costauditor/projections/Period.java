package ai.costauditor.projections;

import java.time.Instant;

/** A stretch of time, {@code from} inclusive and {@code to} exclusive: periods that touch add up. */
public record Period(Instant from, Instant to) {

    public Period {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a period ends after it begins");
        }
    }
}
