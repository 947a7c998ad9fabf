package ai.costauditor.gateway;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.net.http.HttpClient;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A gateway on a free port over a database of its own, with a scripted provider behind every name. */
final class GatewayForTests implements AutoCloseable {

    static final Change BY_ADA = new Change("ada", Instant.parse("2026-11-01T00:00:00Z"), null);
    static final Attribution RESEARCH = new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null);

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    record Key(KeyId id, String secret) {}

    private final ConfigurableApplicationContext context;
    private final PostgresForTests.Database database;
    final ScriptedUpstream upstream = new ScriptedUpstream();
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    GatewayForTests() {
        this(Map.of());
    }

    GatewayForTests(Map<String, Object> settings) {
        database = PostgresForTests.fresh();
        Map<String, Object> properties = new HashMap<>(database.properties());
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("OPENAI_API_KEY", "sk-upstream-openai");
        properties.put("OPENAI_BASE_URL", upstream.url() + "/v1");
        properties.put("ANTHROPIC_API_KEY", "sk-upstream-anthropic");
        properties.put("ANTHROPIC_BASE_URL", upstream.url());
        properties.put("GROQ_API_KEY", "gsk-upstream");
        properties.put("GROQ_BASE_URL", upstream.url() + "/openai/v1/");
        properties.put("logging.level.root", "warn");
        properties.put("spring.main.banner-mode", "off");
        properties.putAll(settings);
        context = new SpringApplicationBuilder(Application.class)
                .properties(properties)
                .run();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Key key(BudgetLimit... budgets) {
        return key(Policy.DEFAULT, budgets);
    }

    Key key(Policy policy, BudgetLimit... budgets) {
        KeySecrets secrets = bean(KeySecrets.class);
        KeyId id = KeyId.next();
        String secret = secrets.next("test");
        bean(Ledger.class)
                .execute(new IssueKey(
                        id,
                        "a key",
                        RESEARCH,
                        secrets.hash(secret),
                        policy,
                        List.of(budgets),
                        ZoneId.of("UTC"),
                        BY_ADA));
        return new Key(id, secret);
    }

    static BudgetLimit hard(String limit) {
        return new BudgetLimit(Money.of(limit), BudgetWindow.MONTH, BudgetLimit.Kind.HARD);
    }

    /** Stored names of the events of a key, without those of its administration. */
    List<String> events(Key key) {
        return JdbcClient.create(database.dataSource())
                .sql(
                        "select event_type from ledger_event where stream = ? and event_type <> 'key.Issued' order by version")
                .param(key.id().value())
                .query(String.class)
                .list();
    }

    /** The last event of a key, as it is stored. */
    tools.jackson.databind.JsonNode lastEvent(Key key) {
        String payload = JdbcClient.create(database.dataSource())
                .sql("select payload from ledger_event where stream = ? order by version desc limit 1")
                .param(key.id().value())
                .query(String.class)
                .single();
        return tools.jackson.databind.json.JsonMapper.shared().readTree(payload);
    }

    @Override
    public void close() throws Exception {
        context.close();
        upstream.close();
        http.close();
    }
}
