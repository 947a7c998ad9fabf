package ai.costauditor.ledger.check;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The stretches of calendar time that budgets count in. */
public enum Window {
    DAY,
    WEEK,
    MONTH,
    TOTAL;

    private final String storedName = name().toLowerCase(java.util.Locale.ROOT);

    public String storedName() {
        return storedName;
    }

    static Window of(String storedName) {
        for (Window window : values()) {
            if (window.storedName.equals(storedName)) {
                return window;
            }
        }
        throw new Fields.Unreadable("there is no window " + storedName);
    }

    public Instant start(Instant at, ZoneId zone) {
        return this == TOTAL
                ? Instant.EPOCH
                : first(at, zone).atStartOfDay(zone).toInstant();
    }

    /** None if it never ends. */
    @Nullable Instant end(Instant at, ZoneId zone) {
        LocalDate first = first(at, zone);
        return switch (this) {
            case DAY -> first.plusDays(1).atStartOfDay(zone).toInstant();
            case WEEK -> first.plusDays(7).atStartOfDay(zone).toInstant();
            case MONTH -> first.plusMonths(1).atStartOfDay(zone).toInstant();
            case TOTAL -> null;
        };
    }

    private LocalDate first(Instant at, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(at, zone);
        return switch (this) {
            case DAY, TOTAL -> day;
            case WEEK -> day.minusDays(day.getDayOfWeek().getValue() - 1);
            case MONTH -> day.minusDays(day.getDayOfMonth() - 1);
        };
    }
}
