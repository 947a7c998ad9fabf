package ai.costauditor.projections.usage;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Page;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.Sql;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The calls that went through the gateway, or were refused there. */
public class Calls {

    /** What to look for; a missing value does not filter. */
    public record Filter(
            Period period,
            @Nullable KeyId key,
            @Nullable ProjectId project,
            @Nullable TeamId team,
            @Nullable UserId user,
            Call.@Nullable Status status,
            @Nullable String provider,
            @Nullable String model) {}

    /** The text is not the {@code next} of a page of calls. */
    public static final class NotAPlace extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotAPlace(Throwable cause) {
            super(cause);
        }
    }

    private final JdbcClient database;
    private final CallRows rows;
    private final Adjustments adjustments;

    public Calls(JdbcClient database) {
        this.database = database;
        this.rows = new CallRows();
        this.adjustments = new Adjustments(database);
    }

    public Optional<Call> find(Sight sight, CallId id, Names names) {
        return database.sql("""
                        select * from usage_call
                        where id = :id and organisation = :organisation
                          and (:sight::text is null or user_id = :sight)
                        """)
                .param("id", id.value())
                .param("organisation", sight.organisation().value())
                .param("sight", sight.userText())
                .query((row, n) -> rows.read(row, names))
                .optional()
                .map(call -> adjusted(List.of(call), names).getFirst());
    }

    private List<Call> adjusted(List<Call> found, Names names) {
        Map<CallId, List<Adjustment>> of =
                adjustments.of(found.stream().map(call -> call.id().value()).toList(), names);
        return found.stream()
                .map(call -> call.adjusted(of.getOrDefault(call.id(), List.of())))
                .toList();
    }

    private static Place place(Call call) {
        return new Place(call.startedAt(), call.id().value());
    }

    /**
     * Newest first.
     *
     * @param after the {@code next} of the page before
     * @throws NotAPlace if {@code after} is not from a page of calls
     */
    public Page<Call> page(Sight sight, Filter filter, @Nullable String after, int limit, Names names) {
        Place place = after == null ? Place.before(filter.period().to()) : Place.of(after);
        List<Call> found = database.sql("""
                        select * from usage_call
                        where organisation = :organisation
                          and (:sight::text is null or user_id = :sight)
                          and started_at >= :from and started_at < :to
                          and (started_at, id) < (:place_at, :place_id)
                          and (:key::text is null or key_id = :key)
                          and (:project::text is null or project_id = :project)
                          and (:team::text is null or team_id = :team)
                          and (:user::text is null or user_id = :user)
                          and (:status::text is null or status = :status)
                          and (:provider::text is null or provider = :provider)
                          and (:model::text is null or coalesce(model_served, model_requested) = :model)
                        order by started_at desc, id desc
                        limit :limit
                        """)
                .param("organisation", sight.organisation().value())
                .param("sight", sight.userText())
                .param("from", Sql.time(filter.period().from()))
                .param("to", Sql.time(filter.period().to()))
                .param("place_at", Sql.time(place.at()))
                .param("place_id", place.id())
                .param("key", filter.key() == null ? null : filter.key().value())
                .param(
                        "project",
                        filter.project() == null ? null : filter.project().value())
                .param("team", filter.team() == null ? null : filter.team().value())
                .param("user", filter.user() == null ? null : filter.user().value())
                .param(
                        "status",
                        filter.status() == null ? null : filter.status().text())
                .param("provider", filter.provider())
                .param("model", filter.model())
                .param("limit", limit + 1)
                .query((row, n) -> rows.read(row, names))
                .list();
        List<Call> shown = adjusted(found.stream().limit(limit).toList(), names);
        return new Page<>(
                shown,
                found.size() <= limit ? null : place(found.get(limit - 1)).text());
    }
}
