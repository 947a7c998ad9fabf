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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway on a free port over a database of its own, with a scripted provider behind every name. */
final class GatewayForTests implements AutoCloseable {

    static final Change BY_ADA = new Change("ada", Instant.parse("2026-11-01T00:00:00Z"), null);
    static final Attribution RESEARCH = new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null);

    private static final List<String> OF_OPENAIS_SHAPE =
            List.of("MISTRAL", "DEEPSEEK", "XAI", "TOGETHER", "FIREWORKS", "OPENROUTER");

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    record Key(KeyId id, String secret) {}

    private final ConfigurableApplicationContext context;
    private final PostgresForTests.Database database;
    final ScriptedUpstream upstream = new ScriptedUpstream();
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Map<String, Object> properties;

    private GatewayForTests() {
        this(Map.of());
    }

    /** Another process over the same database. */
    record Other(ConfigurableApplicationContext context) implements AutoCloseable {
        @Override
        public void close() {
            context.close();
        }
    }

    Other another(Map<String, Object> settings) {
        Map<String, Object> own = new HashMap<>(properties);
        own.putAll(settings);
        return new Other(run(own));
    }

    private static ConfigurableApplicationContext run(Map<String, Object> properties) {
        return new SpringApplicationBuilder(Application.class)
                .properties(properties)
                // the database of the tests ends with the JVM as well, and who is first would complain of the other
                .registerShutdownHook(false)
                .run();
    }

    /** One gateway for all tests that need no settings of their own; it ends with the JVM. */
    static GatewayForTests shared() {
        return Shared.GATEWAY;
    }

    private static final class Shared {
        static final GatewayForTests GATEWAY = new GatewayForTests();
    }

    /** As {@link #shared()}, with a key for every provider that is known by name. */
    static GatewayForTests ofAllProviders() {
        return OfAllProviders.GATEWAY;
    }

    private static final class OfAllProviders {
        static final GatewayForTests GATEWAY = new GatewayForTests(OF_OPENAIS_SHAPE.stream()
                .collect(Collectors.toMap(provider -> provider + "_API_KEY", provider -> "sk-upstream-" + provider)));
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
        for (String provider : OF_OPENAIS_SHAPE) {
            properties.put(provider + "_BASE_URL", upstream.url() + "/v1");
        }
        properties.put("GEMINI_API_KEY", "upstream-gemini");
        properties.put("GOOGLE_GEMINI_BASE_URL", upstream.url() + "/");
        properties.put("AZURE_OPENAI_API_KEY", "azure-upstream");
        properties.put("AZURE_OPENAI_ENDPOINT", upstream.url() + "/");
        properties.put("auditor.providers.azure.models.our-chat", "gpt-4o-mini");
        properties.put(
                "auditor.providers.bedrock.models[arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/mapped]",
                "global.anthropic.claude-sonnet-4-5-20250929-v1:0");
        properties.put("auditor.providers.cohere.base-url", upstream.url());
        properties.put("auditor.providers.cohere.api-key", "cohere-upstream");
        properties.put("auditor.providers.cohere.rerank-path", "/rerank");
        properties.put("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        properties.put("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        properties.put("AWS_SESSION_TOKEN", "session-of-amazon");
        properties.put("AWS_REGION", "us-east-1");
        properties.put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", upstream.url() + "/");
        properties.put("auditor.gateway.answer-timeout", "2s");
        properties.put("auditor.gateway.drain-for", "3s");
        properties.put("auditor.gateway.largest-body", "2MB");
        properties.put("logging.level.root", "error");
        properties.put("spring.main.banner-mode", "off");
        properties.putAll(settings);
        this.properties = properties;
        context = run(properties);
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

    Key key(Attribution owner, BudgetLimit... budgets) {
        return key(owner, Policy.DEFAULT, budgets);
    }

    Key key(Policy policy, BudgetLimit... budgets) {
        return key(RESEARCH, policy, budgets);
    }

    Key key(Attribution owner, Policy policy, BudgetLimit... budgets) {
        KeySecrets secrets = bean(KeySecrets.class);
        KeyId id = KeyId.next();
        String secret = secrets.next("test");
        bean(Ledger.class)
                .execute(new IssueKey(
                        id, "a key", owner, secrets.hash(secret), policy, List.of(budgets), ZoneId.of("UTC"), BY_ADA));
        return new Key(id, secret);
    }

    static BudgetLimit hard(String limit) {
        return new BudgetLimit(Money.of(limit), BudgetWindow.MONTH, BudgetLimit.Kind.HARD);
    }

    HttpRequest.Builder request(String path, Key key) {
        return HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Bearer " + key.secret())
                .header("Content-Type", "application/json");
    }

    HttpResponse<String> post(String path, Key key, String body) throws IOException, InterruptedException {
        return send(request(path, key).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A form with files. */
    HttpResponse<String> post(String path, Key key, Form form) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Bearer " + key.secret())
                .header("Content-Type", form.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes())));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until the key's last event is a terminal one of its call. */
    JsonNode end(Key key) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            List<String> events = events(key);
            return !events.isEmpty() && !events.getLast().equals("key.CallAuthorised");
        });
        return lastEvent(key);
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

    /** The events of a key of one kind, oldest first, as they are stored. */
    List<JsonNode> events(Key key, String type) {
        return JdbcClient.create(database.dataSource())
                .sql("select payload from ledger_event where stream = ? and event_type = ? order by version")
                .param(key.id().value())
                .param(type)
                .query(String.class)
                .list()
                .stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    /** What the last authorised call of a key held. */
    String holdOf(Key key) {
        String payload = JdbcClient.create(database.dataSource())
                .sql("select payload from ledger_event where stream = ? and event_type = 'key.CallAuthorised'"
                        + " order by version desc limit 1")
                .param(key.id().value())
                .query(String.class)
                .single();
        return JsonMapper.shared().readTree(payload).at("/hold/amount").asString();
    }

    /** The events of a key that have a name, as they are stored. */
    List<JsonNode> payloads(Key key, String type) {
        return JdbcClient.create(database.dataSource())
                .sql("select payload from ledger_event where stream = ? and event_type = ? order by version")
                .params(key.id().value(), type)
                .query(String.class)
                .list()
                .stream()
                .map(payload -> JsonMapper.shared().readTree(payload))
                .toList();
    }

    /** The last event of a key, as it is stored. */
    JsonNode lastEvent(Key key) {
        String payload = JdbcClient.create(database.dataSource())
                .sql("select payload from ledger_event where stream = ? order by version desc limit 1")
                .param(key.id().value())
                .query(String.class)
                .single();
        return JsonMapper.shared().readTree(payload);
    }

    void stop() {
        context.close();
    }

    @Override
    public void close() throws Exception {
        stop();
        upstream.close();
        http.close();
    }
}
