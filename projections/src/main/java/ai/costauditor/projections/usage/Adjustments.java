package ai.costauditor.projections.usage;

import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.projections.Named;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Page;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was corrected. */
public class Adjustments {

    private final JdbcClient database;

    public Adjustments(JdbcClient database) {
        this.database = database;
    }

    /** What to look for; a missing value does not filter. @param period of the correction itself */
    public record Filter(
            Period period,
            @Nullable KeyId key,
            @Nullable CallId call,
            @Nullable AdjustmentKind kind) {}

    /**
     * Newest first.
     *
     * @param after the {@code next} of the page before
     * @throws Calls.NotAPlace if {@code after} is not from a page of adjustments
     */
    public Page<Adjustment> page(Sight sight, Filter filter, @Nullable String after, int limit, Names names) {
        Place place = after == null ? Place.before(filter.period().to()) : Place.of(after);
        List<Found> found = database.sql("""
                        select * from usage_adjustment
                        where organisation = :organisation
                          and (:sight::text is null or user_id = :sight)
                          and adjusted_at >= :from and adjusted_at < :to
                          and (adjusted_at, id) < (:place_at, :place_id)
                          and (:key::text is null or key_id = :key)
                          and (:call::text is null or call_id = :call)
                          and (:kind::text is null or kind = :kind)
                        order by adjusted_at desc, id desc
                        limit :limit
                        """)
                .param("organisation", sight.organisation().value())
                .param("sight", sight.userText())
                .param("from", Sql.time(filter.period().from()))
                .param("to", Sql.time(filter.period().to()))
                .param("place_at", Sql.time(place.at()))
                .param("place_id", place.id())
                .param("key", filter.key() == null ? null : filter.key().value())
                .param("call", filter.call() == null ? null : filter.call().value())
                .param("kind", filter.kind() == null ? null : CallRows.text(filter.kind()))
                .param("limit", limit + 1)
                .query((row, n) -> new Found(
                        new Place(Sql.instant(row, "adjusted_at"), row.getString("id")), adjustment(row, names)))
                .list();
        List<Adjustment> items =
                found.stream().limit(limit).map(Found::adjustment).toList();
        return new Page<>(
                items,
                found.size() <= limit ? null : found.get(limit - 1).place().text());
    }

    private record Found(Place place, Adjustment adjustment) {}

    /** Of each of the calls, oldest first; calls without one are missing. */
    Map<CallId, List<Adjustment>> of(Collection<String> calls, Names names) {
        if (calls.isEmpty()) {
            return Map.of();
        }
        return database
                .sql("select * from usage_adjustment where call_id = any(:calls) order by adjusted_at, id")
                .param("calls", calls.toArray(String[]::new))
                .query((row, n) -> adjustment(row, names))
                .list()
                .stream()
                .collect(Collectors.groupingBy(adjustment -> Objects.requireNonNull(adjustment.callId())));
    }

    private static Adjustment adjustment(ResultSet row, Names names) throws SQLException {
        String user = row.getString("user_id");
        String call = row.getString("call_id");
        return new Adjustment(
                new AdjustmentId(row.getString("adjustment")),
                Named.of(row.getString("key_id"), names),
                Named.of(row.getString("team_id"), names),
                Named.of(row.getString("project_id"), names),
                user == null ? null : Named.of(user, names),
                call == null ? null : new CallId(call),
                row.getString("provider"),
                row.getString("model"),
                Objects.requireNonNull(CallRows.constant(AdjustmentKind.class, row.getString("kind"))),
                Sql.money(row, "amount"),
                Sql.moneyOrNone(row, "unresolved"),
                row.getString("price_version"),
                Sql.instant(row, "counts_at"),
                row.getString("corrects"),
                Named.of(row.getString("actor"), names),
                row.getString("reason"),
                Sql.instant(row, "adjusted_at"));
    }
}
