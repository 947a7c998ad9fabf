package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * litellm-rs: bare; with a budget in memory; and with a key, that budget and its ledger in PostgreSQL. Budgets of a
 * single key cannot be set from outside in this version, so the budget is that of the provider.
 */
final class LiteLlmRs extends ScriptedPeer {

    private static final String PRODUCT = "litellm-rs";
    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Mode {
        BARE,
        BUDGET,
        LEDGER
    }

    private final Mode mode;

    private LiteLlmRs(Mode mode, Keeps keeps) {
        super(PRODUCT + "-" + mode.name().toLowerCase(java.util.Locale.ROOT), PRODUCT, keeps, "/health", Load.CHAT);
        this.mode = mode;
    }

    static LiteLlmRs bare() {
        return new LiteLlmRs(Mode.BARE, Keeps.NOTHING);
    }

    static LiteLlmRs withBudget() {
        return new LiteLlmRs(Mode.BUDGET, new Keeps(true, "estimate, in memory", "counters in memory", "never"));
    }

    static LiteLlmRs withLedger() {
        return new LiteLlmRs(
                Mode.LEDGER, new Keeps(true, "estimate, in memory", "rows in PostgreSQL", "after the call"));
    }

    @Override
    List<Store> stores(Place place, Path data) throws IOException, InterruptedException {
        return mode == Mode.LEDGER ? List.of(Store.postgresql(place, data)) : List.of();
    }

    @Override
    Running prepared(Serving serving, Path data, BigDecimal limit) throws IOException, InterruptedException {
        return switch (mode) {
            case BARE -> serving;
            case BUDGET -> {
                serving.http()
                        .body(HttpRequest.newBuilder(serving.http().uri("/v1/budget/providers"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"provider\":\"openai\",\"max_budget\":%s}"
                                        .formatted(limit.toPlainString()))));
                yield serving;
            }
            case LEDGER -> {
                String key = Files.readString(data.resolve("key")).strip();
                yield serving.calledWith(
                        new Load(serving.port(), Load.CHAT.with("Authorization", "ApiKey " + key), List.of(key)));
            }
        };
    }

    @Override
    Optional<Known> known(Serving serving) throws IOException, InterruptedException {
        return switch (mode) {
            case BARE -> Optional.empty();
            case BUDGET -> {
                JsonNode budgets = JSON.readTree(serving.http()
                                .body(HttpRequest.newBuilder(serving.http().uri("/v1/budget/providers"))))
                        .get("data")
                        .get("providers");
                BigDecimal spent = budgets.isEmpty()
                        ? BigDecimal.ZERO
                        : budgets.get(0).get("current_spend").decimalValue();
                yield Optional.of(new Known(Measurement.calls(spent), 0));
            }
            case LEDGER ->
                Optional.of(new Known(rows(serving.store(), "is not null"), rows(serving.store(), "is null")));
        };
    }

    /** Rows of calls that were answered, or of calls that have no cost yet. */
    private static long rows(Store postgresql, String cost) throws IOException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + postgresql.port() + "/postgres", "bench", "");
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from request_ledger"
                        + " where endpoint = '/v1/chat/completions' and status_code = 200 and cost " + cost)) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
