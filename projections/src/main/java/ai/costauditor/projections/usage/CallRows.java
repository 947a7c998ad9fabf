package ai.costauditor.projections.usage;

import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import ai.costauditor.projections.Names;
import ai.costauditor.projections.Sql;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Rows of the call log as the calls that readers see. The JSON inside the rows has a mapper of its own: it is storage. */
class CallRows {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final TypeReference<List<ChargeLine>> LINES = new TypeReference<>() {};
    private static final TypeReference<List<CallEnd.Attempt>> ATTEMPTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> CLAIMS = new TypeReference<>() {};
    private static final TypeReference<Map<String, BigDecimal>> UNITS = new TypeReference<>() {};
    private static final TypeReference<CallEnd.Repeated> REPEATED = new TypeReference<>() {};
    private static final TypeReference<Call.Denial> DENIAL = new TypeReference<>() {};

    Call read(ResultSet row, Names names) throws SQLException {
        KeyId key = new KeyId(row.getString("key_id"));
        ProjectId project = new ProjectId(row.getString("project_id"));
        TeamId team = new TeamId(row.getString("team_id"));
        String user = row.getString("user_id");
        return new Call(
                new CallId(row.getString("id")),
                key,
                names.of(key.value()),
                project,
                names.of(project.value()),
                team,
                names.of(team.value()),
                user == null ? null : new UserId(user),
                user == null ? null : names.of(user),
                row.getString("provider"),
                row.getString("endpoint"),
                row.getString("model_requested"),
                row.getString("model_served"),
                row.getBoolean("stream"),
                Sql.instant(row, "started_at"),
                Sql.instantOrNone(row, "ended_at"),
                Call.Status.of(row.getString("status")),
                constant(CallEnd.Outcome.class, row.getString("outcome")),
                row.getObject("http_status", Integer.class),
                row.getObject("latency_ms", Long.class),
                used(row),
                price(row),
                json(row, "lines", LINES, List.of()),
                cost(row),
                cost(row),
                List.of(),
                Sql.moneyOrNone(row, "hold"),
                json(row, "attempts", ATTEMPTS, List.of()),
                row.getString("repeated") == null ? null : JSON.readValue(row.getString("repeated"), REPEATED),
                json(row, "claims", CLAIMS, Map.of()),
                row.getString("fingerprint"),
                row.getString("refusal") == null ? null : JSON.readValue(row.getString("refusal"), DENIAL),
                null);
    }

    private static Call.@Nullable Used used(ResultSet row) throws SQLException {
        Usage.Status status = constant(Usage.Status.class, row.getString("usage_status"));
        if (status == null) {
            return null;
        }
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.values()) {
            long count = row.getLong(kind.wireName());
            if (count != 0) {
                tokens.put(kind, count);
            }
        }
        return new Call.Used(status, tokens, json(row, "units", UNITS, Map.of()));
    }

    private static Call.@Nullable Price price(ResultSet row) throws SQLException {
        PriceStatus status = constant(PriceStatus.class, row.getString("price_status"));
        if (status == null) {
            return null;
        }
        Money said = Sql.moneyOrNone(row, "provider_cost");
        Money ours = Sql.moneyOrNone(row, "cost");
        Money difference = said == null || ours == null ? null : said.minus(ours);
        return new Call.Price(status, row.getString("price_version"), said, difference);
    }

    /** Nothing was billed for a call that was released or denied: that is known, and zero. */
    private static @Nullable Money cost(ResultSet row) throws SQLException {
        return switch (Call.Status.of(row.getString("status"))) {
            case RELEASED, DENIED -> Money.ZERO;
            case OPEN, SETTLED, SETTLED_LATE, EXPIRED -> Sql.moneyOrNone(row, "cost");
        };
    }

    private static <T> T json(ResultSet row, String column, TypeReference<T> type, T none) throws SQLException {
        String text = row.getString(column);
        return text == null ? none : JSON.readValue(text, type);
    }

    static <E extends Enum<E>> @Nullable E constant(Class<E> type, @Nullable String text) {
        return text == null ? null : Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
