package ai.costauditor.projections.usage;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.Sql;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What was spent. A call counts at the moment of its authorisation, once it has ended with a known or an unknown cost;
 * released and denied calls cost nothing and do not count. An adjustment counts where its call does. What comes after the
 * close of a month counts in one that is open.
 */
public class Spend {

    /** The name of the projection that keeps these figures and the call log in step. */
    /** What the figures can be divided by. */
    public enum GroupBy {
        @JsonProperty("team")
        TEAM("team_id"),
        @JsonProperty("project")
        PROJECT("project_id"),
        @JsonProperty("user")
        USER("user_id"),
        @JsonProperty("key")
        KEY("key_id"),
        @JsonProperty("model")
        MODEL("model"),
        @JsonProperty("provider")
        PROVIDER("provider"),
        /** A day of the organisation's zone; the id is the date. */
        @JsonProperty("day")
        DAY("at");

        private final String column;

        GroupBy(String column) {
            this.column = column;
        }
    }

    /**
     * @param id none for calls that belong to no user, and for credits that are about no model or provider
     * @param cost sum of all costs that are known, and of all adjustments
     * @param calls ended calls, those with an unknown cost too
     * @param tokens by kind; kinds that are zero are left out
     * @param unpriced calls whose model had no price
     * @param unknown calls whose usage nobody could tell
     * @param unresolved the most that the calls without a cost may have cost
     */
    public record Group(
            @Nullable String id,
            String name,
            Money cost,
            long calls,
            Map<TokenKind, Long> tokens,
            long unpriced,
            long unknown,
            Money unresolved) {

        private static final Group NOTHING = new Group(null, "Total", Money.ZERO, 0, Map.of(), 0, 0, Money.ZERO);

        private Group plus(Group other) {
            Map<TokenKind, Long> sum = new EnumMap<>(TokenKind.class);
            sum.putAll(tokens);
            other.tokens.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
            return new Group(
                    id,
                    name,
                    cost.plus(other.cost),
                    calls + other.calls,
                    sum,
                    unpriced + other.unpriced,
                    unknown + other.unknown,
                    unresolved.plus(other.unresolved));
        }
    }

    /** The total is the sum of the groups by construction; dearest first, days in order. */
    public record Figures(Group total, List<Group> groups) {

        private static Figures of(List<Group> groups) {
            return new Figures(groups.stream().reduce(Group.NOTHING, Group::plus), groups);
        }
    }

    /** The figures of one stretch of a series, {@code end} exclusive. */
    public record Slot(Instant start, Instant end, Figures figures) {}

    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final String TOKENS =
            Arrays.stream(TokenKind.values()).map(TokenKind::wireName).collect(Collectors.joining(", "));
    private static final String SUMS = Arrays.stream(TokenKind.values())
            .map(kind -> "sum(" + kind.wireName() + ") as " + kind.wireName())
            .collect(Collectors.joining(", "));
    private static final String CELL = "team_id, project_id, user_id, key_id, provider, model, calls, cost, unpriced, "
            + "unknown, unresolved, " + TOKENS;

    private final JdbcClient database;

    public Spend(JdbcClient database) {
        this.database = database;
    }

    /** @param zone where days begin, for {@link GroupBy#DAY} */
    public Figures by(GroupBy by, Sight sight, Period period, ZoneId zone, Names names) {
        if (by == GroupBy.DAY) {
            return Figures.of(days(sight, period, zone));
        }
        return series(by, sight, List.of(period.from(), period.to()), names)
                .getFirst()
                .figures();
    }

    /**
     * The figures between each cut and the next; stretches without a call are there, and empty.
     *
     * @param cuts in order, at least two; all but the first and the last at a full quarter of an hour
     */
    public List<Slot> series(GroupBy by, Sight sight, List<Instant> cuts, Names names) {
        record Row(int slot, Group group) {}
        Map<Integer, List<Group>> found =
                rows(by, sight, cuts, (row, slot) -> new Row(slot, group(by, row, names))).stream()
                        .collect(Collectors.groupingBy(Row::slot, Collectors.mapping(Row::group, Collectors.toList())));
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i + 1 < cuts.size(); i++) {
            List<Group> groups = found.getOrDefault(i, new ArrayList<>());
            groups.sort(Comparator.comparing(Group::cost).reversed().thenComparing(Group::name));
            slots.add(new Slot(cuts.get(i), cuts.get(i + 1), Figures.of(groups)));
        }
        return slots;
    }

    private List<Group> days(Sight sight, Period period, ZoneId zone) {
        Names dates = id -> id;
        List<Instant> cuts = Cuts.DAY.of(period, zone);
        return series(GroupBy.PROVIDER, sight, cuts, dates).stream()
                .filter(slot -> !slot.figures().groups().isEmpty())
                .map(slot -> named(
                        slot.figures().total(),
                        slot.start().atZone(zone).toLocalDate().toString()))
                .toList();
    }

    private static Group named(Group total, String name) {
        return new Group(
                name,
                name,
                total.cost(),
                total.calls(),
                total.tokens(),
                total.unpriced(),
                total.unknown(),
                total.unresolved());
    }

    private interface RowReader<T> {
        T read(ResultSet row, int slot) throws SQLException;
    }

    /** Whole quarters come from the sums, the rest of the first and the last one from the calls themselves. */
    private <T> List<T> rows(GroupBy by, Sight sight, List<Instant> cuts, RowReader<T> reader) {
        Instant from = cuts.getFirst();
        Instant to = cuts.getLast();
        Instant firstWhole = roundUp(from);
        Instant lastWhole = roundDown(to).isBefore(firstWhole) ? firstWhole : roundDown(to);
        boolean ragged = !firstWhole.equals(from) || !lastWhole.equals(to);
        String cells = "select quarter as at, " + CELL + " from usage_spend where organisation = :organisation "
                + "and quarter >= :first_whole and quarter < :last_whole";
        String edges = " union all select counts_at as at, " + CELL + " from usage_spend_entry "
                + "where organisation = :organisation and counts_at >= :from and counts_at < :to "
                + "and not (counts_at >= :first_whole and counts_at < :last_whole)";
        String sql = "select width_bucket(at, :cuts::timestamptz[]) as slot, " + by.column + " as id, "
                + "sum(calls) as calls, sum(cost) as cost, sum(unpriced) as unpriced, sum(unknown) as unknown, "
                + "sum(unresolved) as unresolved, " + SUMS
                + " from (" + cells + (ragged ? edges : "") + ") cell "
                + "where (:user::text is null or user_id = :user) group by 1, 2";
        return database.sql(sql)
                .param("organisation", sight.organisation().value())
                .param("user", sight.userText())
                .param("cuts", cuts.stream().map(Instant::toString).toArray(String[]::new))
                .param("first_whole", Sql.time(firstWhole))
                .param("last_whole", Sql.time(lastWhole))
                .param("from", Sql.time(from))
                .param("to", Sql.time(to))
                .query((row, n) -> reader.read(row, row.getInt("slot") - 1))
                .list();
    }

    private static Group group(GroupBy by, ResultSet row, Names names) throws SQLException {
        String id = row.getString("id");
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.values()) {
            long count = row.getLong(kind.wireName());
            if (count != 0) {
                tokens.put(kind, count);
            }
        }
        return new Group(
                id,
                id == null ? "No " + by.name().toLowerCase(Locale.ROOT) : Objects.requireNonNull(names.of(id)),
                Sql.money(row, "cost"),
                row.getLong("calls"),
                tokens,
                row.getLong("unpriced"),
                row.getLong("unknown"),
                Sql.money(row, "unresolved"));
    }

    private static Instant roundDown(Instant instant) {
        return Instant.ofEpochSecond(
                Math.floorDiv(instant.getEpochSecond(), QUARTER.toSeconds()) * QUARTER.toSeconds());
    }

    private static Instant roundUp(Instant instant) {
        Instant down = roundDown(instant);
        return down.equals(instant) ? down : down.plus(QUARTER);
    }
}
