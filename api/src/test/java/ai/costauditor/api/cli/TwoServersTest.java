package ai.costauditor.api.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.identity.Browser;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.check.Report;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Two whole servers on one PostgreSQL, as somebody runs them in production: asked by HTTP, cut off, killed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoServersTest {

    private static final String EMAIL = "first@example.org";
    private static final String PASSWORD = "a long enough password";
    private static final String DATABASE_PASSWORD = "c1f0b7e6a35d4289";
    private static final String ANSWER =
            "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"pong\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":10,\"total_tokens\":30}}";

    private static PostgresForTests.Database database;
    private static HttpServer provider;
    private static volatile CountDownLatch thinking = new CountDownLatch(0);
    private static ServedProcess first;
    private static ServedProcess second;
    private static Browser admin;
    private static String token;
    private static String project;

    @BeforeAll
    static void start() throws Exception {
        database = PostgresForTests.fresh();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create role production login password '" + DATABASE_PASSWORD + "'");
            statement.execute("alter database " + connection.getCatalog() + " owner to production");
        }
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.createContext("/", TwoServersTest::answer);
        provider.start();

        Map<String, String> withAdministrator = settings();
        withAdministrator.put("AUDITOR_ADMIN_EMAIL", EMAIL);
        withAdministrator.put("AUDITOR_ADMIN_PASSWORD", PASSWORD);
        first = new ServedProcess(withAdministrator).awaitReady();
        second = new ServedProcess(settings()).awaitReady();

        admin = new Browser(first.url());
        String access = admin.tokensOf(EMAIL, PASSWORD).access();
        token = json(admin.api(
                        "POST",
                        "/api/v1/tokens",
                        access,
                        "{\"name\":\"ops\",\"roles\":[\"ADMIN\",\"FINANCE\"],\"days\":1}"))
                .at("/secret")
                .asString();
        String team =
                made("/api/v1/teams", "{\"name\":\"Operations\"}").at("/id").asString();
        project = made("/api/v1/projects", "{\"name\":\"Website\",\"team_id\":\"" + team + "\"}")
                .at("/id")
                .asString();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("AUDITOR_DB_URL", database.url());
        settings.put("AUDITOR_DB_USER", "production");
        settings.put("AUDITOR_DB_PASSWORD", DATABASE_PASSWORD);
        settings.put("AUDITOR_SECRETS_PEPPER", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        settings.put("AUDITOR_CLUSTER", "jgroups");
        settings.put("AUDITOR_CLUSTER_SECRET", "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210");
        settings.put("AUDITOR_CLUSTER_PORT", "0");
        settings.put("AUDITOR_PORT", "0");
        settings.put("AUDITOR_MANAGEMENT_PORT", "0");
        settings.put("AUDITOR_PUBLIC_URL", Browser.PAGES);
        settings.put("OPENAI_API_KEY", "sk-of-the-provider");
        settings.put(
                "OPENAI_BASE_URL", "http://127.0.0.1:" + provider.getAddress().getPort());
        return settings;
    }

    @AfterAll
    static void stop() throws Exception {
        thinking.countDown();
        for (ServedProcess server : new ServedProcess[] {first, second}) {
            if (server != null) {
                server.close();
            }
        }
        provider.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        try {
            thinking.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    @Order(1)
    void aKeyOfOneWorksOnTheOtherAndABudgetThatFitsTenCallsAdmitsTenOfSixtyFour() throws Exception {
        JsonNode probe = key("");
        HttpResponse<String> one = second.chat(secret(probe), "ping").get();
        assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
        String hold = recorded(callOf(one)).at("/hold").asString();
        assertThat(recorded(callOf(one)).at("/cost").asString()).isEqualTo("0.000009");

        String limit = new java.math.BigDecimal(hold)
                .multiply(java.math.BigDecimal.TEN)
                .toPlainString();
        JsonNode key = key(",\"budgets\":[{\"limit\":\"" + limit + "\",\"window\":\"total\"}]");
        thinking = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add((i % 2 == 0 ? first : second).chat(secret(key), "ping"));
        }
        await("all that do not fit are refused while those that fit run")
                .atMost(Duration.ofSeconds(60))
                .until(() -> calls.stream().filter(CompletableFuture::isDone).count() == 54);
        thinking.countDown();
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            statuses.add(call.get().statusCode());
        }
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(10);
        assertThat(statuses.stream().filter(status -> status == 429)).hasSize(54);
        JsonNode budget = balance(second, key);
        assertThat(budget.at("/spent").asString()).isEqualTo("0.00009");
        assertThat(budget.at("/held").asString()).isEqualTo("0");
    }

    @Test
    @Order(2)
    void whatOneRevokesTheOtherRefusesWithinASecond() throws Exception {
        JsonNode key = key("");
        assertThat(second.chat(secret(key), "ping").get().statusCode()).isEqualTo(200);
        admin.api("POST", "/api/v1/keys/" + key.at("/id").asString() + "/revoke", token, "");
        assertThat(first.chat(secret(key), "ping").get().statusCode()).isEqualTo(401);
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> second.chat(secret(key), "ping").get().statusCode() == 401);
    }

    @Test
    @Order(3)
    void oneThatIsCutOffIsReplacedAndComesBackWithoutAWrongDecision() throws Exception {
        JsonNode key = key(",\"budgets\":[{\"limit\":\"1\",\"window\":\"total\"}]");
        assertThat(first.chat(secret(key), "ping").get().statusCode()).isEqualTo(200);
        assertThat(second.chat(secret(key), "ping").get().statusCode()).isEqualTo(200);
        first.signal("STOP");
        try {
            await("the other decides alone")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> second.chat(secret(key), "ping").get().statusCode() == 200);
            for (int i = 0; i < 10; i++) {
                assertThat(second.chat(secret(key), "ping").get().statusCode()).isEqualTo(200);
            }
        } finally {
            first.signal("CONT");
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> first.chat(secret(key), "ping").get().statusCode() == 200);
        long calls = settledCalls(key);
        assertThat(calls).isGreaterThanOrEqualTo(14);
        assertThat(balance(first, key).at("/spent").asString())
                .isEqualTo(new java.math.BigDecimal("0.000009")
                        .multiply(java.math.BigDecimal.valueOf(calls))
                        .toPlainString());
    }

    @Test
    @Order(4)
    void oneThatIsKilledLeavesHoldsThatAreFoundAndEndAsUnresolved() throws Exception {
        JsonNode key = key(",\"budgets\":[{\"limit\":\"1\",\"window\":\"total\"}]");
        thinking = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> dying = first.chat(secret(key), "ping");
        await().atMost(Duration.ofSeconds(20)).until(() -> !held(key).equals("0"));
        String hold = held(key);
        first.signal("KILL");
        thinking.countDown();
        assertThat(dying.handle((answer, failure) -> failure).get()).isNotNull();
        await("the other goes on")
                .atMost(Duration.ofSeconds(20))
                .until(() -> second.chat(secret(key), "ping").get().statusCode() == 200);

        admin = new Browser(second.url());
        await("the hold of the dead one is found")
                .atMost(Duration.ofSeconds(60))
                .until(() -> balance(second, key).at("/unresolved").asString().equals(hold));
        assertThat(balance(second, key).at("/held").asString()).isEqualTo("0");
        String keyId = key.at("/id").asString();
        String open = "/api/v1/calls?status=expired&key_id=" + keyId;
        await().atMost(Duration.ofSeconds(40))
                .until(() ->
                        json(admin.api("GET", open, token, "")).at("/items").size() == 1);
        JsonNode call = json(admin.api("GET", open, token, "")).at("/items/0");
        assertThat(call.at("/outcome").asString()).isEqualTo("node_died");
        assertThat(call.at("/cost").isNull()).isTrue();

        // somebody who has read the provider's invoice
        made(
                "/api/v1/adjustments",
                "{\"key_id\":\"" + keyId + "\",\"call_id\":\"" + call.at("/id").asString()
                        + "\",\"kind\":\"correction\",\"amount\":\"0.000009\",\"reason\":\"as invoiced\"}");
        assertThat(balance(second, key).at("/unresolved").asString()).isEqualTo("0");
    }

    @Test
    @Order(5)
    void afterAllThatEverythingAddsUp() throws Exception {
        Report report = CheckCommand.check(
                new Database(database.url(), "production", DATABASE_PASSWORD), null, (what, events, of) -> {});
        assertThat(Reports.text(report)).contains("everything agrees");
    }

    // --- asking ---

    private static JsonNode key(String more) {
        return made("/api/v1/keys", "{\"name\":\"a key\",\"project_id\":\"" + project + "\"" + more + "}");
    }

    private static JsonNode made(String path, String body) {
        HttpResponse<String> answer = admin.api("POST", path, token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    private static String secret(JsonNode key) {
        return key.at("/secret").asString();
    }

    private static String callOf(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-auditor-call-id").orElseThrow();
    }

    private static JsonNode recorded(String call) {
        await().atMost(Duration.ofSeconds(20)).until(() -> json(admin.api("GET", "/api/v1/calls/" + call, token, ""))
                .at("/status")
                .asString("")
                .equals("settled"));
        return json(admin.api("GET", "/api/v1/calls/" + call, token, ""));
    }

    /** From the ledger: to set the same limits again changes nothing and answers where they stand. */
    private static JsonNode balance(ServedProcess server, JsonNode key) {
        String limit = key.at("/budgets/0/limit").asString();
        HttpResponse<String> answer = new Browser(server.url())
                .api(
                        "PUT",
                        "/api/v1/budgets/key/" + key.at("/id").asString(),
                        token,
                        "[{\"limit\":\"" + limit + "\",\"window\":\"total\"}]");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).at("/items/0");
    }

    private static String held(JsonNode key) {
        return balance(second, key).at("/held").asString();
    }

    private static long settledCalls(JsonNode key) throws Exception {
        try (Connection connection = DriverManager.getConnection(database.url(), "production", DATABASE_PASSWORD);
                var count = connection.prepareStatement(
                        "select count(*) from ledger_event where event_type = 'key.CallSettled' and stream = ?")) {
            count.setString(1, key.at("/id").asString());
            try (var rows = count.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Browser.json(answer);
    }
}
