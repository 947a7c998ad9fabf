package ai.costauditor.projections.prices;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.projections.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Calls that were settled without a price and have no cost yet, out of the call log. */
public class UnpricedCalls {

    /**
     * A model that was used and has no price.
     *
     * @param model as served, else as asked for
     * @param tokens by kind; kinds that are zero are left out
     * @param unresolved the most that the calls may have cost, as far as money is held for them
     */
    public record UnpricedModel(
            String provider,
            String model,
            long calls,
            Map<TokenKind, Long> tokens,
            Money unresolved,
            Instant firstAt,
            Instant lastAt) {}

    record Unpriced(CallId call, KeyId key, String provider, String model) {}

    private static final String UNPRICED = "price_status = 'unpriced' and resolved is null";

    private static final String SUMS = Arrays.stream(TokenKind.values())
            .map(kind -> "coalesce(sum(" + kind.wireName() + "), 0) as " + kind.wireName())
            .collect(Collectors.joining(", "));

    private final JdbcClient database;

    public UnpricedCalls(JdbcClient database) {
        this.database = database;
    }

    /** Those with the most calls first. */
    public List<UnpricedModel> models(OrganisationId organisation) {
        return database.sql(
                        "select provider, coalesce(model_served, model_requested) as model, count(*) as calls, "
                                + "coalesce(sum(hold), 0) as unresolved, min(started_at) as first_at, max(started_at) as last_at, "
                                + SUMS
                                + " from usage_call where organisation = :organisation and " + UNPRICED
                                + " group by provider, coalesce(model_served, model_requested) order by calls desc, provider, model")
                .param("organisation", organisation.value())
                .query((row, n) -> model(row))
                .list();
    }

    private static UnpricedModel model(ResultSet row) throws SQLException {
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.values()) {
            long count = row.getLong(kind.wireName());
            if (count != 0) {
                tokens.put(kind, count);
            }
        }
        return new UnpricedModel(
                row.getString("provider"),
                row.getString("model"),
                row.getLong("calls"),
                tokens,
                Sql.money(row, "unresolved"),
                Sql.instant(row, "first_at"),
                Sql.instant(row, "last_at"));
    }

    List<OrganisationId> organisations() {
        return database.sql("select distinct organisation from usage_call where " + UNPRICED)
                .query((row, n) -> new OrganisationId(row.getString("organisation")))
                .list();
    }

    /** By id, a page at a time. */
    List<Unpriced> calls(OrganisationId organisation, Instant endedSince, String after, int limit) {
        return database.sql(
                        "select id, key_id, provider, coalesce(model_served, model_requested) as model from usage_call "
                                + "where organisation = :organisation and " + UNPRICED
                                + " and ended_at >= :since and id > :after order by id limit :limit")
                .param("organisation", organisation.value())
                .param("since", Sql.time(endedSince))
                .param("after", after)
                .param("limit", limit)
                .query((row, n) -> new Unpriced(
                        new CallId(row.getString("id")),
                        new KeyId(row.getString("key_id")),
                        row.getString("provider"),
                        row.getString("model")))
                .list();
    }
}
