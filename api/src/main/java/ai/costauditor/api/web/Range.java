package ai.costauditor.api.web;

import ai.costauditor.projections.Period;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** A period as a request names it. */
public record Range(
        @Parameter(
                description = "Start, inclusive: a date (its first moment in the organisation's time zone) or an"
                        + " instant. Default: the first day of the current month",
                example = "2026-11-01")
        @Nullable String from,

        @Parameter(
                description = "End, exclusive: a date or an instant, so that periods that touch add up. Default: the"
                        + " end of the current month",
                example = "2026-12-01")
        @Nullable String to) {

    /**
     * @param zone the organisation's
     * @throws InvalidField if a value is neither a date nor an instant, or the end is not after the start
     */
    public Period in(ZoneId zone, Instant now) {
        Instant start = from == null ? monthOf(now, zone) : parse("from", from, zone);
        Instant end = to == null ? monthAfter(start.isAfter(now) ? start : now, zone) : parse("to", to, zone);
        if (!start.isBefore(end)) {
            throw new InvalidField(to == null ? "from" : "to", "the period must end after it begins");
        }
        return new Period(start, end);
    }

    private static Instant monthOf(Instant at, ZoneId zone) {
        return at.atZone(zone)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(zone)
                .toInstant();
    }

    private static Instant monthAfter(Instant at, ZoneId zone) {
        LocalDate first = at.atZone(zone).toLocalDate().withDayOfMonth(1);
        return first.plusMonths(1).atStartOfDay(zone).toInstant();
    }

    private static Instant parse(String field, String text, ZoneId zone) {
        try {
            return text.length() == "2026-11-01".length()
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidField(
                    field, "must be a date such as 2026-11-01 or an instant such as 2026-11-01T12:00:00Z");
        }
    }
}
