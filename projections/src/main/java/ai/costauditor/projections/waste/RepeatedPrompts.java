package ai.costauditor.projections.waste;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Named;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Sight;
import ai.costauditor.projections.Sql;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Requests that had been answered before and were paid for again. */
public class RepeatedPrompts {

    /** How sure a finding is. */
    public enum Certainty {
        /** Recomputed from the ledger, with no assumption beyond a published price. */
        @JsonProperty("proven")
        PROVEN
    }

    /**
     * One request, repeated with one key.
     *
     * @param copies answered calls after the first one of the organisation
     * @param calls the copies, and the first one if it falls into the period and belongs to the key
     * @param cost of the calls
     * @param wasted cost of the copies
     */
    public record Finding(
            String detector,
            @JsonProperty("class") Certainty certainty,
            String fingerprint,
            long copies,
            long calls,
            Money cost,
            Money wasted,
            String model,
            Named team,
            Named project,
            @Nullable Named user,
            Named key,
            Instant firstAt,
            Instant lastAt) {}

    private final JdbcClient database;

    public RepeatedPrompts(JdbcClient database) {
        this.database = database;
    }

    /** Everything that the copies in the period cost, whatever {@code limit} shows of it. */
    public Money wasted(Sight sight, Period period) {
        return database.sql("""
                        select coalesce(sum(wasted), 0) as wasted from waste_repeat
                        where organisation = :organisation and (:user::text is null or user_id = :user)
                          and at >= :from and at < :to
                        """)
                .param("organisation", sight.organisation().value())
                .param("user", sight.userText())
                .param("from", Sql.time(period.from()))
                .param("to", Sql.time(period.to()))
                .query((row, n) -> Sql.money(row, "wasted"))
                .single();
    }

    /** Dearest first. */
    public List<Finding> findings(Sight sight, Period period, int limit, Names names) {
        return database.sql("""
                        select repeat.*, p.cost as first_cost, p.started_at as first_started_at
                        from (
                          select fingerprint, key_id, team_id, project_id, user_id, model, count(*) as copies,
                                 sum(wasted) as wasted, min(at) as first_at, max(at) as last_at
                          from waste_repeat
                          where organisation = :organisation and (:user::text is null or user_id = :user)
                            and at >= :from and at < :to
                          group by fingerprint, key_id, team_id, project_id, user_id, model
                          order by sum(wasted) desc, fingerprint, key_id limit :limit) repeat
                        left join waste_prompt p
                          on p.organisation = :organisation and p.fingerprint = repeat.fingerprint
                         and p.key_id = repeat.key_id and p.model = repeat.model
                         and p.started_at >= :from and p.started_at < :to
                        order by wasted desc, fingerprint, key_id
                        """)
                .param("organisation", sight.organisation().value())
                .param("user", sight.userText())
                .param("from", Sql.time(period.from()))
                .param("to", Sql.time(period.to()))
                .param("limit", limit)
                .query((row, n) -> finding(row, names))
                .list();
    }

    private static Finding finding(ResultSet row, Names names) throws SQLException {
        Money wasted = Sql.money(row, "wasted");
        Money firstCost = Sql.moneyOrNone(row, "first_cost");
        Instant firstStarted = Sql.instantOrNone(row, "first_started_at");
        Instant firstCopy = Sql.instant(row, "first_at");
        long copies = row.getLong("copies");
        String user = row.getString("user_id");
        return new Finding(
                "exact_duplicate",
                Certainty.PROVEN,
                row.getString("fingerprint"),
                copies,
                firstCost == null ? copies : copies + 1,
                firstCost == null ? wasted : wasted.plus(firstCost),
                wasted,
                row.getString("model"),
                Named.of(row.getString("team_id"), names),
                Named.of(row.getString("project_id"), names),
                user == null ? null : Named.of(user, names),
                Named.of(row.getString("key_id"), names),
                firstStarted == null || firstCopy.isBefore(firstStarted) ? firstCopy : firstStarted,
                Sql.instant(row, "last_at"));
    }
}
