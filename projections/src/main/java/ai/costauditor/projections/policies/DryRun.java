package ai.costauditor.projections.policies;

import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Sql;
import ai.costauditor.projections.policies.PolicyRehearsal.Past;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Asks what a policy would have refused, of the calls that were let through. */
public class DryRun {

    /** Before the period: what ran then, and the minute before, count, but are not examined. */
    static final Duration WARM_UP = Duration.ofMinutes(10);

    private static final int ROWS = 5_000;
    private static final int SAMPLES = 5;

    /**
     * @param examined calls of the period that were let through
     * @param refused of them, by what would have been the reason
     * @param next where to go on; none if the whole period was examined
     */
    public record Findings(
            long examined, List<Refused> refused, @Nullable Instant next) {}

    /**
     * @param cost as it was settled, of those whose cost is known
     * @param costUnknown how many have none
     * @param samples the first few calls
     */
    public record Refused(Refusal reason, long calls, Money cost, long costUnknown, List<CallId> samples) {}

    private final JdbcClient database;

    public DryRun(JdbcClient database) {
        this.database = database;
    }

    /** @param most calls after which it stops, at the end of an instant */
    public Findings run(
            OrganisationId organisation, ScopeType type, String scope, Policy policy, Period period, int most) {
        PolicyRehearsal rehearsal = new PolicyRehearsal(policy);
        Map<Refusal, Tally> tallies = new EnumMap<>(Refusal.class);
        long examined = 0;
        Instant at = period.from().minus(WARM_UP);
        String id = "";
        while (true) {
            List<Past> page = page(organisation, column(type), scope, at, id, period.to());
            for (Past call : page) {
                if (examined >= most && !call.startedAt().equals(at)) {
                    return new Findings(examined, refused(tallies), call.startedAt());
                }
                Refusal refusal = rehearsal.judge(call);
                if (!call.startedAt().isBefore(period.from())) {
                    examined++;
                    if (refusal != null) {
                        tallies.computeIfAbsent(refusal, reason -> new Tally()).add(call);
                    }
                }
                at = call.startedAt();
                id = call.id().value();
            }
            if (page.size() < ROWS) {
                return new Findings(examined, refused(tallies), null);
            }
        }
    }

    private static String column(ScopeType type) {
        return switch (type) {
            case KEY -> "key_id";
            case USER -> "user_id";
            case PROJECT -> "project_id";
            case TEAM -> "team_id";
            case ORGANISATION -> "organisation";
        };
    }

    private List<Past> page(
            OrganisationId organisation, String column, String scope, Instant afterAt, String afterId, Instant to) {
        return database.sql("""
                        select id, provider, endpoint, model_requested, started_at, ended_at, cost, status,
                               coalesce(input, 0) + coalesce(input_cached, 0) + coalesce(cache_write_5m, 0)
                               + coalesce(cache_write_1h, 0) + coalesce(input_audio, 0) + coalesce(input_image, 0)
                               + coalesce(output, 0) + coalesce(output_reasoning, 0) + coalesce(output_audio, 0)
                               + coalesce(output_image, 0) as tokens
                        from usage_call
                        where organisation = :organisation and %s = :scope and status <> 'denied'
                          and started_at >= :at and started_at < :to and (started_at, id) > (:at, :id)
                        order by started_at, id
                        limit :rows""".formatted(column))
                .param("organisation", organisation.value())
                .param("scope", scope)
                .param("at", Sql.time(afterAt))
                .param("id", afterId)
                .param("to", Sql.time(to))
                .param("rows", ROWS)
                .query((row, n) -> new Past(
                        new CallId(row.getString("id")),
                        row.getString("provider"),
                        row.getString("endpoint"),
                        row.getString("model_requested"),
                        Sql.instant(row, "started_at"),
                        Sql.instantOrNone(row, "ended_at"),
                        row.getLong("tokens"),
                        "released".equals(row.getString("status")) ? Money.ZERO : Sql.moneyOrNone(row, "cost")))
                .list();
    }

    private static List<Refused> refused(Map<Refusal, Tally> tallies) {
        List<Refused> refused = new ArrayList<>();
        tallies.forEach((reason, tally) ->
                refused.add(new Refused(reason, tally.calls, tally.cost, tally.costUnknown, tally.samples)));
        return refused;
    }

    private static final class Tally {
        long calls;
        Money cost = Money.ZERO;
        long costUnknown;
        final List<CallId> samples = new ArrayList<>();

        void add(Past call) {
            calls++;
            if (call.cost() == null) {
                costUnknown++;
            } else {
                cost = cost.plus(call.cost());
            }
            if (samples.size() < SAMPLES) {
                samples.add(call.id());
            }
        }
    }
}
