package ai.costauditor.api;

import ai.costauditor.api.identity.Accounts;
import ai.costauditor.api.identity.ApiTokens;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program over a real database on a real port, asked by HTTP. One for all tests: each makes its own tenant. */
final class ApiForTests implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final class Running {
        static final ApiForTests API = new ApiForTests(Map.of());
    }

    private final ConfigurableApplicationContext context;
    private final RestClient http;

    private ApiForTests(Map<String, Object> settings) {
        Map<String, Object> properties = PostgresForTests.fresh().properties();
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("auditor.roles", "api,projections");
        // the calls of these tests are of another time, and their holds are ended by nobody but the test
        properties.put("auditor.ledger.node.sweep", "1d");
        properties.putAll(settings);
        SpringApplication application = new SpringApplicationBuilder(Auditor.class).build();
        application.addInitializers(starting -> starting.getEnvironment()
                .getPropertySources()
                .addFirst(new org.springframework.core.env.MapPropertySource("test", properties)));
        context = application.run();
        http = RestClient.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    static ApiForTests running() {
        return Running.API;
    }

    /** One of its own, which differs from the others by some settings. */
    static ApiForTests with(Map<String, Object> settings) {
        return new ApiForTests(settings);
    }

    @Override
    public void close() {
        context.close();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A new organisation with an administrator. */
    Tenant tenant(String name) {
        OrganisationId id = OrganisationId.next();
        bean(Ledger.class)
                .execute(new CreateOrganisation(
                        id, name, "USD", ZoneId.of("Europe/Berlin"), new Change("system:test", Instant.now(), null)));
        return new Tenant(id, person(id, name + " admin", Role.ADMIN), name);
    }

    Person person(OrganisationId organisation, String name, Role... roles) {
        UserId user = UserId.next();
        bean(Accounts.class)
                .create(
                        organisation,
                        user,
                        user.value() + "@example.org",
                        name,
                        "a long enough password",
                        Set.of(roles));
        String token = bean(ApiTokens.class).replace(organisation, user, "test", Set.of(roles));
        return new Person(user, name, token);
    }

    record Tenant(OrganisationId id, Person admin, String name) {}

    record Person(UserId id, String name, String token) {}

    record Answer(int status, String text, String contentType) {
        JsonNode json() {
            return JSON.readTree(text);
        }

        String at(String pointer) {
            return json().at(pointer).asString();
        }
    }

    Answer get(Person person, String path) {
        return send(person, "GET", path, null);
    }

    Answer post(Person person, String path, String body) {
        return send(person, "POST", path, body);
    }

    Answer send(@Nullable Person person, String method, String path, @Nullable String body) {
        return send(person, method, path, body, MediaType.APPLICATION_JSON_VALUE);
    }

    Answer send(@Nullable Person person, String method, String path, @Nullable String body, String type) {
        RestClient.RequestBodySpec request =
                http.method(HttpMethod.valueOf(method)).uri(path);
        if (person != null) {
            request.header("Authorization", "Bearer " + person.token());
        }
        if (body != null) {
            request.contentType(MediaType.parseMediaType(type)).body(body);
        }
        return request.exchange((sent, answer) -> new Answer(
                answer.getStatusCode().value(),
                new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8),
                String.valueOf(answer.getHeaders().getContentType())));
    }
}
