package ai.costauditor.ledger.budgets;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import org.jspecify.annotations.Nullable;

/** A stretch of calendar time in the organisation's zone. Another window is another counter: there is no reset. */
public enum BudgetWindow {
    @JsonProperty("day")
    DAY,
    @JsonProperty("week")
    WEEK,
    @JsonProperty("month")
    MONTH,
    @JsonProperty("total")
    TOTAL;

    /** Start inclusive, end exclusive (none for {@link #TOTAL}, which starts at the epoch). */
    public record Span(Instant start, @Nullable Instant end) {}

    /** The window that holds the instant; days start at the zone's first moment of the day, weeks on Monday (ISO 8601). */
    public Span at(Instant instant, ZoneId zone) {
        LocalDate day = instant.atZone(zone).toLocalDate();
        return switch (this) {
            case DAY -> span(day, day.plusDays(1), zone);
            case WEEK -> {
                LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield span(monday, monday.plusWeeks(1), zone);
            }
            case MONTH -> span(day.withDayOfMonth(1), day.withDayOfMonth(1).plusMonths(1), zone);
            case TOTAL -> new Span(Instant.EPOCH, null);
        };
    }

    private static Span span(LocalDate first, LocalDate next, ZoneId zone) {
        return new Span(
                first.atStartOfDay(zone).toInstant(), next.atStartOfDay(zone).toInstant());
    }
}
