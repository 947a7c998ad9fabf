package ai.costauditor.projections.usage;

import ai.costauditor.projections.Period;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where a period is cut. The cuts are made here and not in SQL, so that only one calendar decides what a day is. */
public enum Cuts {
    /** Days of the zone: 23 or 25 hours long when the clocks change. */
    @JsonProperty("day")
    DAY,
    /** Hours of the zone's clock; in half-hour zones they begin at half past in UTC. */
    @JsonProperty("hour")
    HOUR;

    /** The ends of the period and all cuts between them, in order. */
    public List<Instant> of(Period period, ZoneId zone) {
        List<Instant> cuts = new ArrayList<>();
        cuts.add(period.from());
        UnaryOperator<Instant> next = next(zone);
        for (Instant cut = next.apply(period.from()); cut.isBefore(period.to()); cut = next.apply(cut)) {
            cuts.add(cut);
        }
        cuts.add(period.to());
        return cuts;
    }

    private UnaryOperator<Instant> next(ZoneId zone) {
        return switch (this) {
            case DAY ->
                cut -> {
                    LocalDate day = cut.atZone(zone).toLocalDate();
                    return day.plusDays(1).atStartOfDay(zone).toInstant();
                };
            case HOUR ->
                cut -> {
                    ZonedDateTime hour = cut.atZone(zone).truncatedTo(ChronoUnit.HOURS);
                    Instant next = hour.plusHours(1).toInstant();
                    // A clock that goes back by half an hour (Lord Howe) shows the same hour again.
                    return next.isAfter(cut) ? next : cut.plus(1, ChronoUnit.HOURS);
                };
        };
    }
}
