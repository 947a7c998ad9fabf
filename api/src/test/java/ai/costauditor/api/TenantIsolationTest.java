package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Person;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.api.identity.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Nothing crosses a tenant. Every endpoint is asked by an administrator of one organisation with the ids of another; an
 * endpoint that is not in the list here fails the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantIsolationTest {

    private final ApiForTests api = ApiForTests.running();
    private final Map<String, Probe> probes = new TreeMap<>();
    private Tenant victim;
    private Person stranger;
    private List<String> secretsOfTheVictim;

    /** @param expected the status that the stranger gets */
    private record Probe(String method, String path, String body, int expected) {}

    @BeforeAll
    void twoOrganisations() {
        victim = api.tenant("Victim");
        stranger = api.tenant("Stranger").admin();
        Person colleague = api.person(victim.id(), "Colleague of the victim", Role.MEMBER);
        Calls calls = Calls.of(api, victim);
        String ownProject = Calls.of(api, new Tenant(ownOrganisation(), stranger, "Stranger"))
                .project();
        String call = calls.settled("a prompt", "0.25");
        calls.settled("a prompt", "0.25");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get(victim.admin(), "/api/v1/waste")
                                .json()
                                .at("/findings")
                                .size()
                        == 1);
        String lastMonth =
                YearMonth.now(ZoneId.of("Europe/Berlin")).minusMonths(1).toString();
        Answer adjusted = api.post(
                victim.admin(),
                "/api/v1/adjustments",
                "{\"key_id\": \"" + calls.key()
                        + "\", \"kind\": \"credit\", \"amount\": \"-0.01\", \"reason\": \"a secret of"
                        + " the victim\"}");
        assertThat(adjusted.status()).as(adjusted.text()).isEqualTo(201);
        Answer closed = api.post(victim.admin(), "/api/v1/periods/" + lastMonth + "/close", "{}");
        assertThat(closed.status()).as(closed.text()).isEqualTo(200);
        // the other read models have seen the second call too: from here on nothing moves by itself
        await().atMost(Duration.ofSeconds(10)).until(this::everythingIsSettled);
        String token = api.post(
                        victim.admin(), "/api/v1/tokens", "{\"name\": \"t\", \"roles\": [\"ADMIN\"], \"days\": 1}")
                .at("/id");
        secretsOfTheVictim = List.of(
                victim.id().value(),
                victim.name(),
                calls.team(),
                calls.project(),
                calls.key(),
                call,
                colleague.id().value(),
                colleague.name(),
                token,
                adjusted.at("/id"),
                "a secret of the victim");
        assertThat(secretsOfTheVictim).doesNotContain("");

        probe("GET /organisation", "", 200);
        probe("POST /teams", "{\"name\": \"Mine\"}", 201);
        probe("PATCH /teams/{id}", calls.team(), "{\"name\": \"Taken\"}", 404);
        probe("POST /projects", "{\"name\": \"Mine\", \"team_id\": \"" + calls.team() + "\"}", 422);
        probe("PATCH /projects/{id}", calls.project(), "{\"name\": \"Taken\"}", 404);
        probe("GET /users", "", 200);
        probe("GET /keys", "", 200);
        probe("POST /keys", "{\"name\": \"Mine\", \"project_id\": \"" + calls.project() + "\"}", 422);
        probe("GET /keys/{id}", calls.key(), "", 404);
        for (String action : List.of("suspend", "resume", "revoke", "rotate")) {
            probe("POST /keys/{id}/" + action, calls.key(), "", 404);
        }
        probe("POST /keys/{id}/move", calls.key(), "{\"project_id\": \"" + calls.project() + "\"}", 422);
        probe("PUT /keys/{id}/policy", calls.key(), "{}", 404);
        probe("GET /budgets", "", 200);
        probe("PUT /budgets/{scope_type}/{scope_id}", calls.key(), "[]", 404);
        probe(
                "POST /policies/dry-run",
                "{\"scope_type\": \"team\", \"scope_id\": \"" + calls.team() + "\", \"policy\": {}}",
                404);
        probe("POST /previews/{subject_id}/erase", calls.key(), "{}", 404);
        probe("GET /keys/{id}/effective-policy", calls.key(), "", 404);
        assertThat(api.send(
                                victim.admin(),
                                "PUT",
                                "/api/v1/policies/team/" + calls.team(),
                                "{\"allowed_providers\": [\"*\"]}")
                        .status())
                .isEqualTo(200);
        probe("GET /policies", "", 200);
        probe("GET /policies/{scope_type}/{scope_id}", calls.key(), "", 404);
        probe("GET /policies/{scope_type}/{scope_id}/effective", calls.key(), "", 404);
        probe("PUT /policies/{scope_type}/{scope_id}", calls.key(), "{}", 404);
        for (String scope :
                List.of("team/" + calls.team(), "project/" + calls.project(), "organisation/" + victim.id())) {
            probes.put("GET /policies/" + scope, new Probe("GET", "/policies/" + scope, "", 404));
            String effective = "/policies/" + scope + "/effective";
            probes.put("GET " + effective, new Probe("GET", effective, "", 404));
            probes.put("PUT /policies/" + scope, new Probe("PUT", "/policies/" + scope, "{}", 404));
        }
        probe("GET /calls", "", 200);
        probe("GET /calls/{id}", call, "", 404);
        probe("GET /adjustments", "", 200);
        probe(
                "POST /adjustments",
                "{\"key_id\": \"" + calls.key() + "\", \"call_id\": \"" + call
                        + "\", \"kind\": \"credit\", \"amount\": \"-0.25\", \"reason\": \"mine\"}",
                404);
        probe("GET /periods", "", 200);
        probe("GET /periods/{month}", lastMonth, "", 404);
        probe("POST /periods/{month}/close", "2020-01", "{}", 200);
        probe("GET /spend", "", 200);
        probe("GET /spend/series", "", 200);
        probe("GET /top/users", "", 200);
        probe("GET /top/projects", "", 200);
        probe("GET /waste", "", 200);
        String price = api.post(victim.admin(), "/api/v1/prices", """
                        {"kind": "own_model", "provider": "openai", "model": "model-of-the-victim", "reason": "ours",
                         "prices": {"input": {"price": "2"}}}""").at("/rule/id");
        secretsOfTheVictim = Stream.concat(secretsOfTheVictim.stream(), Stream.of(price, "model-of-the-victim"))
                .toList();
        assertThat(price).isNotEmpty();
        probe("GET /prices", "", 200);
        probe("GET /prices/versions", "", 200);
        probe("GET /prices/unpriced", "", 200);
        probes.put(
                "GET /prices/effective", new Probe("GET", "/prices/effective?provider=openai&model=gpt-4o", "", 200));
        probe(
                "POST /prices",
                "{\"kind\": \"discount\", \"provider\": \"*\", \"model\": \"*\", \"percent\": \"5\", \"reason\": \"ours\"}",
                201);
        probe("POST /prices/{id}/end", price, "{\"reason\": \"not mine\"}", 404);
        probe("POST /prices/diff", "{\"version\": \"of-the-stranger\", \"providers\": {}}", 200);
        probes.put(
                "POST /prices/import",
                new Probe(
                        "POST",
                        "/prices/import?reason=ours",
                        "{\"version\": \"of-the-stranger\", \"providers\": {}}",
                        201));
        probe("GET /me", "", 200);
        probe("PUT /me/password", "{\"old_password\": \"wrong\", \"new_password\": \"a long enough password\"}", 422);
        probe(
                "POST /users",
                "{\"email\": \"x" + System.nanoTime()
                        + "@example.org\", \"name\": \"X\", \"password\": \"a long enough password\", \"roles\":"
                        + " [\"MEMBER\"]}",
                201);
        probe("PUT /users/{id}/roles", colleague.id().value(), "{\"roles\": [\"ADMIN\"]}", 404);
        probe("POST /users/{id}/disable", colleague.id().value(), "", 404);
        probe("GET /tokens", "", 200);
        probe("POST /tokens", "{\"name\": \"Mine\", \"roles\": [\"ADMIN\"], \"days\": 1}", 201);
        probe("DELETE /tokens/{id}", token, "", 404);
        probeAgain("GET /budgets", "/budgets?scope_type=key&scope_id=" + calls.key());
        probeAgain("GET /budgets of a team", "/budgets?scope_type=team&scope_id=" + calls.team());
        probes.put("PUT /budgets of a team", new Probe("PUT", "/budgets/team/" + calls.team(), "[]", 404));
        probes.put(
                "PUT /budgets of the organisation",
                new Probe("PUT", "/budgets/organisation/" + victim.id(), "[]", 404));
        probeAgain("GET /calls", "/calls?key_id=" + calls.key());
        probeAgain("GET /adjustments", "/adjustments?key_id=" + calls.key());
        probeAgain("GET /adjustments by call", "/adjustments?call_id=" + call);
        probeAgain("GET /calls by team", "/calls?team_id=" + calls.team());
        assertThat(api.post(
                                stranger,
                                "/api/v1/keys",
                                "{\"name\": \"Mine\", \"project_id\": \"" + ownProject + "\", \"user_id\": \""
                                        + colleague.id() + "\"}")
                        .status())
                .isEqualTo(422);
    }

    private ai.costauditor.ledger.organisations.OrganisationId ownOrganisation() {
        return new ai.costauditor.ledger.organisations.OrganisationId(
                api.get(stranger, "/api/v1/organisation").at("/id"));
    }

    private void probe(String endpoint, String body, int expected) {
        probe(endpoint, "", body, expected);
    }

    private void probe(String endpoint, String foreignId, String body, int expected) {
        String[] parts = endpoint.split(" ");
        String path = parts[1].replace("{scope_type}", "key").replaceAll("\\{\\w+}", foreignId);
        probes.put(endpoint, new Probe(parts[0], path, body, expected));
    }

    private void probeAgain(String name, String path) {
        probes.put(name + " filtered", new Probe("GET", path, "", 200));
    }

    @Test
    void everyEndpointIsInTheList() {
        TreeSet<String> mapped = new TreeSet<>();
        api.bean(RequestMappingHandlerMapping.class).getHandlerMethods().forEach((info, method) -> {
            for (String pattern : info.getPatternValues()) {
                for (RequestMethod verb : info.getMethodsCondition().getMethods()) {
                    if (pattern.startsWith("/api/v1/")) {
                        mapped.add(verb + " " + pattern.substring("/api/v1".length()));
                    }
                }
            }
        });
        assertThat(probes.keySet()).containsAll(mapped);
    }

    @TestFactory
    List<DynamicTest> nothingOfTheOtherOrganisationIsSeenOrChanged() {
        List<DynamicTest> tests = new ArrayList<>();
        probes.forEach((name, probe) -> tests.add(DynamicTest.dynamicTest(name, () -> {
            String before = state();
            Answer answer = api.send(
                    stranger,
                    probe.method(),
                    "/api/v1" + probe.path(),
                    probe.body().isEmpty() ? null : probe.body());
            assertThat(answer.status()).as(answer.text()).isEqualTo(probe.expected());
            if (answer.status() < 300) {
                assertThat(answer.text()).doesNotContain(secretsOfTheVictim);
            }
            assertThat(state()).isEqualTo(before);
        })));
        return tests;
    }

    @TestFactory
    List<DynamicTest> nobodyEntersWithoutAToken() {
        return probes.values().stream()
                .map(probe -> DynamicTest.dynamicTest(probe.method() + " " + probe.path(), () -> {
                    Answer answer = api.send(
                            null,
                            probe.method(),
                            "/api/v1" + probe.path(),
                            probe.body().isEmpty() ? null : probe.body());
                    assertThat(answer.status()).isEqualTo(401);
                    assertThat(answer.contentType()).startsWith("application/problem+json");
                }))
                .toList();
    }

    /** Everything that an administrator of the victim can see that no clock changes. */
    private boolean everythingIsSettled() {
        JsonNode calls = api.get(victim.admin(), "/api/v1/calls").json().at("/items");
        Instant newest = Instant.parse(calls.at("/0/started_at").asString(Instant.MAX.toString()));
        boolean settled = calls.valueStream()
                .allMatch(call -> "settled".equals(call.get("status").asString()));
        return settled
                && api.get(victim.admin(), "/api/v1/keys")
                        .json()
                        .at("/items")
                        .valueStream()
                        .map(key -> key.path("last_used_at").asString(""))
                        .anyMatch(
                                used -> !used.isEmpty() && !Instant.parse(used).isBefore(newest));
    }

    private String state() {
        StringBuilder state = new StringBuilder();
        for (String path : List.of(
                "/organisation",
                "/users",
                "/keys",
                "/policies",
                "/calls",
                "/adjustments",
                "/periods",
                "/waste?from=2026-01-01")) {
            state.append(api.get(victim.admin(), "/api/v1" + path).text().replaceAll("\"as_of\":\"[^\"]*\"", ""))
                    .append('\n');
        }
        return state.toString();
    }
}
