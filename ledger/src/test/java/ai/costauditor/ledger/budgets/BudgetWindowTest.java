package ai.costauditor.ledger.budgets;

import static ai.costauditor.ledger.budgets.BudgetWindow.DAY;
import static ai.costauditor.ledger.budgets.BudgetWindow.MONTH;
import static ai.costauditor.ledger.budgets.BudgetWindow.TOTAL;
import static ai.costauditor.ledger.budgets.BudgetWindow.WEEK;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.budgets.BudgetWindow.Span;
import ai.costauditor.ledger.money.Money;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where clocks jump, days are missing, and offsets are not whole hours. The starts and ends are those of the tz database. */
@NullUnmarked
class BudgetWindowTest {

    @ParameterizedTest(name = "{0} in {1}: {4}")
    @CsvSource({
        // an hour that is missing, an hour that comes twice
        "2026-03-29T10:00:00Z, Europe/Berlin,        2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z, PT23H",
        "2026-10-25T10:00:00Z, Europe/Berlin,        2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z, PT25H",
        "2026-03-08T12:00:00Z, America/New_York,     2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z, PT23H",
        // half an hour
        "2026-04-05T00:00:00Z, Australia/Lord_Howe,  2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z, PT24H30M",
        "2026-10-04T00:00:00Z, Australia/Lord_Howe,  2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z, PT23H30M",
        // midnight itself is missing: the day begins at one
        "2026-04-24T12:00:00Z, Africa/Cairo,         2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z, PT23H",
        "2018-11-04T12:00:00Z, America/Sao_Paulo,    2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z, PT23H",
        // midnight comes twice: the day begins with the first
        "2026-11-01T12:00:00Z, America/Havana,       2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z, PT25H",
        // the last hour of a day comes twice
        "2018-02-17T12:00:00Z, America/Sao_Paulo,    2018-02-17T02:00:00Z, 2018-02-18T03:00:00Z, PT25H",
        // three quarters of an hour, and nothing that jumps
        "2026-07-01T12:00:00Z, Asia/Kathmandu,       2026-06-30T18:15:00Z, 2026-07-01T18:15:00Z, PT24H",
        // Samoa had no 30 December 2011
        "2011-12-30T09:59:59Z, Pacific/Apia,         2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z, PT24H",
        "2011-12-30T10:00:00Z, Pacific/Apia,         2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z, PT24H",
    })
    void aDayIsAsLongAsItIs(Instant at, ZoneId zone, Instant start, Instant end, Duration length) {
        assertThat(DAY.at(at, zone)).isEqualTo(new Span(start, end));
        assertThat(Duration.between(start, end)).isEqualTo(length);
    }

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource({
        "2028-02-29T12:00:00Z, Europe/Berlin,  2028-01-31T23:00:00Z, 2028-02-29T23:00:00Z",
        "2026-02-28T23:00:00Z, Europe/Berlin,  2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        "2100-02-28T12:00:00Z, UTC,            2100-02-01T00:00:00Z, 2100-03-01T00:00:00Z",
        "2026-12-31T18:15:00Z, Asia/Kathmandu, 2026-12-31T18:15:00Z, 2027-01-31T18:15:00Z",
        "2011-12-31T09:59:59Z, Pacific/Apia,   2011-12-01T10:00:00Z, 2011-12-31T10:00:00Z",
    })
    void aMonthEndsWithItsLastDay(Instant at, ZoneId zone, Instant start, Instant end) {
        assertThat(MONTH.at(at, zone)).isEqualTo(new Span(start, end));
    }

    /** No moment is in two windows or in none, so no money counts twice or nowhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "America/Havana",
                "America/St_Johns", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Kathmandu", "Asia/Gaza",
                "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati"
            })
    void everyWindowBeginsWhereTheOneBeforeItEnds(String name) {
        ZoneId zone = ZoneId.of(name);
        for (BudgetWindow window : List.of(DAY, WEEK, MONTH)) {
            Instant at = Instant.parse("2010-06-15T12:00:00Z");
            Span span = window.at(at, zone);
            while (span.end().isBefore(Instant.parse("2040-01-01T00:00:00Z"))) {
                Span next = window.at(span.end(), zone);
                assertThat(next.start()).isEqualTo(span.end());
                assertThat(next.end()).isAfter(next.start());
                assertThat(window.at(next.end().minusNanos(1), zone)).isEqualTo(next);
                span = next;
            }
        }
    }

    @Test
    void aMomentIsInTheWindowThatTheWallCalendarSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        long from = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
        long to = Instant.parse("2040-01-01T00:00:00Z").getEpochSecond();
        for (int i = 0; i < 20_000; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            Instant at = Instant.ofEpochSecond(random.nextLong(from, to), random.nextInt(1_000_000_000));
            String of = "seed " + seed + ": " + at + " in " + zone;
            LocalDate day = at.atZone(zone).toLocalDate();
            for (BudgetWindow window : List.of(DAY, WEEK, MONTH)) {
                Span span = window.at(at, zone);
                assertThat(at).as(of).isBetween(span.start(), span.end().minusNanos(1));
                LocalDate first = span.start().atZone(zone).toLocalDate();
                LocalDate last = span.end().minusNanos(1).atZone(zone).toLocalDate();
                switch (window) {
                    case DAY -> assertThat(List.of(first, last)).as(of).containsOnly(day);
                    case WEEK -> assertThat(last.getDayOfWeek()).as(of).isEqualTo(DayOfWeek.SUNDAY);
                    case MONTH ->
                        assertThat(last.plusDays(1).getDayOfMonth()).as(of).isEqualTo(1);
                    case TOTAL -> throw new AssertionError(of);
                }
            }
        }
    }

    @Test
    void whatIsSpentInTheHourThatComesTwiceCountsOnceOnThatDay() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        BudgetAccount account = new BudgetAccount(berlin);
        account.limitTo(List.of(hard("10", DAY), hard("100", MONTH), hard("1000", TOTAL)));
        for (String at : List.of(
                "2026-10-24T21:59:59.999999Z", // the day before
                "2026-10-24T22:00:00Z", // its first moment
                "2026-10-25T00:30:00Z", // half past two
                "2026-10-25T01:30:00Z", // and again
                "2026-10-25T22:59:59.999999Z")) { // its last moment
            account.hold(Money.of("2"), Instant.parse(at));
            account.settle(Money.of("2"), Money.of("1"), Instant.parse(at));
        }
        Instant evening = Instant.parse("2026-10-25T22:30:00Z");
        assertThat(account.balances(evening).stream().map(BudgetBalance::spent))
                .containsExactly(Money.of("4"), Money.of("5"), Money.of("5"));
        assertThat(account.available(Instant.parse("2026-10-25T23:00:00Z"))).isEqualTo(Money.of("10"));
    }
}
