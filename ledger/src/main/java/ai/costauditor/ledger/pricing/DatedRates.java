package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Rates that hold from a day (UTC), or in some hours of each day (UTC), or always. */
record DatedRates(
        @Nullable LocalDate from,
        @Nullable LocalTime dailyFrom,
        @Nullable LocalTime dailyTo,
        Rates rates) {

    /** The last that holds: the order in which the list gives them. */
    static Optional<Rates> at(Instant at, List<DatedRates> dated) {
        return dated.reversed().stream()
                .filter(candidate -> candidate.holds(at))
                .findFirst()
                .map(DatedRates::rates);
    }

    private boolean holds(Instant at) {
        if (from != null) {
            return !at.isBefore(from.atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        if (dailyFrom == null || dailyTo == null) {
            return true;
        }
        return isDaily(at, dailyFrom, dailyTo);
    }

    /** Hours may include midnight. */
    static boolean isDaily(Instant at, LocalTime dailyFrom, LocalTime dailyTo) {
        LocalTime time = at.atZone(ZoneOffset.UTC).toLocalTime();
        boolean started = !time.isBefore(dailyFrom);
        boolean goesOn = time.isBefore(dailyTo);
        return dailyTo.isBefore(dailyFrom) ? started || goesOn : started && goesOn;
    }

    static List<DatedRates> listOf(JsonNode list, Set<TokenKind> neverAsText) {
        return list.valueStream().map(node -> of(node, neverAsText)).toList();
    }

    private static DatedRates of(JsonNode node, Set<TokenKind> neverAsText) {
        return new DatedRates(
                node.has("from") ? LocalDate.parse(node.get("from").asString()) : null,
                time(node.at("/daily/from")),
                time(node.at("/daily/to")),
                Rates.of(node, neverAsText));
    }

    /** @throws IllegalArgumentException if it is not UTC, which the list always was */
    private static @Nullable LocalTime time(JsonNode text) {
        if (text.isMissingNode()) {
            return null;
        }
        String time = text.asString();
        if (!time.endsWith("Z")) {
            throw new IllegalArgumentException("a time of day that is not UTC in the price list: " + time);
        }
        return LocalTime.parse(time.substring(0, time.length() - 1));
    }
}
