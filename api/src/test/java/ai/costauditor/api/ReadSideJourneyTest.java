package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Person;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyDirectory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReadSideJourneyTest {

    private final ApiForTests api = ApiForTests.running();

    @Test
    void theExactCostOfACallIsThereWithinTwoSeconds() {
        Tenant tenant = api.tenant("Prompt");
        Calls calls = Calls.of(api, tenant);
        String call = calls.settled("hello", "0.000123456789");

        await().atMost(Duration.ofSeconds(2)).until(() -> api.get(tenant.admin(), "/api/v1/spend?group_by=team")
                .at("/total")
                .equals("0.000123456789"));

        JsonNode spend = api.get(tenant.admin(), "/api/v1/spend?group_by=team").json();
        assertThat(spend.at("/currency").asString()).isEqualTo("USD");
        assertThat(spend.at("/time_zone").asString()).isEqualTo("Europe/Berlin");
        assertThat(spend.at("/as_of").asString()).endsWith("Z");
        assertThat(spend.at("/groups/0/id").asString()).isEqualTo(calls.team());
        assertThat(spend.at("/groups/0/name").asString()).isEqualTo("Team of Prompt");
        assertThat(spend.at("/groups/0/cost").asString()).isEqualTo("0.000123456789");
        assertThat(spend.at("/groups/0/tokens/input").asLong()).isEqualTo(12);

        JsonNode one = api.get(tenant.admin(), "/api/v1/calls/" + call).json();
        assertThat(one.at("/status").asString()).isEqualTo("settled");
        assertThat(one.at("/cost").asString()).isEqualTo("0.000123456789");
        assertThat(one.at("/usage/tokens/output").asLong()).isEqualTo(3);
        assertThat(one.at("/lines/0/unit_price").isString()).isTrue();
        assertThat(one.at("/price/version").asString()).isEqualTo("prices-1");
        assertThat(one.at("/key_name").asString()).isEqualTo("Key of Prompt");
        JsonNode listed = api.get(tenant.admin(), "/api/v1/calls?status=settled&key_id=" + calls.key())
                .json();
        assertThat(listed.at("/items/0")).isEqualTo(one);
        assertThat(listed.at("/next").isNull()).isTrue();

        JsonNode series = api.get(tenant.admin(), "/api/v1/spend/series?granularity=hour&split_by=model")
                .json();
        assertThat(series.at("/total").asString()).isEqualTo("0.000123456789");
        JsonNode last = series.at("/buckets").get(series.at("/buckets").size() - 1);
        assertThat(last.at("/complete").asBoolean()).isFalse();
        assertThat(api.get(tenant.admin(), "/api/v1/top/projects").at("/groups/0/id"))
                .isEqualTo(calls.project());
        assertThat(api.get(tenant.admin(), "/api/v1/keys/" + calls.key())
                        .json()
                        .at("/last_used_at")
                        .isNull())
                .isFalse();
    }

    @Test
    void aKeyWorksWithTheNextRequestAndItsSecretIsShownOnce() {
        Tenant tenant = api.tenant("Keys");
        Calls calls = Calls.of(
                api,
                tenant,
                ", \"budgets\": [{\"limit\": \"0.01\", \"window\": \"month\", \"kind\": \"hard\"}]"
                        + ", \"policy\": {\"allowed_models\": [\"gpt-4o*\"], \"requests_per_minute\": 60}");
        String path = "/api/v1/keys/" + calls.key();
        KeyDirectory directory = api.bean(KeyDirectory.class);

        assertThat(calls.secret()).startsWith("vk_");
        assertThat(directory.find(calls.secret())).isPresent();
        JsonNode key = api.get(tenant.admin(), path).json();
        assertThat(key.has("secret")).isFalse();
        assertThat(key.at("/budgets/0/limit").asString()).isEqualTo("0.01");
        assertThat(key.at("/policy/allowed_models/0").asString()).isEqualTo("gpt-4o*");
        assertThat(key.at("/project/id").asString()).isEqualTo(calls.project());

        assertThat(calls.authorise(CallId.next(), "fits", "0.01")).isInstanceOf(Authorised.class);
        assertThat(calls.authorise(CallId.next(), "does not", "0.000001")).isInstanceOf(Refused.class);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> api.get(tenant.admin(), "/api/v1/budgets?scope_type=key&scope_id=" + calls.key())
                        .at("/items/0/held")
                        .equals("0.01"));

        assertThat(api.post(tenant.admin(), path + "/suspend", "{\"reason\": \"a test\"}")
                        .at("/status"))
                .isEqualTo("suspended");
        assertThat(api.post(tenant.admin(), path + "/resume", "").at("/status")).isEqualTo("active");
        Answer rotated = api.send(tenant.admin(), "POST", path + "/rotate", null);
        assertThat(directory.find(calls.secret())).isEmpty();
        assertThat(directory.find(rotated.at("/secret"))).isPresent();
        assertThat(api.send(tenant.admin(), "POST", path + "/revoke", null).at("/status"))
                .isEqualTo("revoked");
        Answer tooLate = api.send(tenant.admin(), "POST", path + "/resume", null);
        assertThat(tooLate.status()).isEqualTo(409);
        assertThat(tooLate.contentType()).startsWith("application/problem+json");
    }

    @Test
    void limitsAreReplacedAndInForceWithTheAnswer() {
        Tenant tenant = api.tenant("Limits");
        Calls calls = Calls.of(api, tenant);
        String path = "/api/v1/budgets/key/" + calls.key();
        Answer set = api.send(
                tenant.admin(),
                "PUT",
                path,
                "[{\"limit\": \"5\", \"window\": \"day\"}, {\"limit\": \"9.5\", \"window\": \"total\", \"kind\": \"soft\"}]");
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.at("/items/0/kind")).isEqualTo("hard");
        assertThat(set.at("/items/0/available")).isEqualTo("5");
        assertThat(set.json().at("/items/1/window_end").isNull()).isTrue();
        assertThat(calls.authorise(CallId.next(), "too dear", "5.000001")).isInstanceOf(Refused.class);
    }

    @Test
    void aLimitOnATeamCountsWhatItsKeysHaveSpent() {
        Tenant tenant = api.tenant("Teams");
        Calls calls = Calls.of(api, tenant);
        calls.settled("before the limit", "0.4");
        String path = "/api/v1/budgets/team/" + calls.team();
        Answer set = api.send(tenant.admin(), "PUT", path, "[{\"limit\": \"1\", \"window\": \"month\"}]");
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.at("/items/0/scope_name")).isEqualTo("Team of Teams");
        assertThat(set.at("/items/0/spent")).isEqualTo("0.4");
        calls.settled("after the limit", "0.5");
        assertThat(calls.authorise(CallId.next(), "too much", "0.2")).isInstanceOf(Refused.class);
        assertThat(calls.authorise(CallId.next(), "just fits", "0.1")).isInstanceOf(Authorised.class);

        String one = "/api/v1/budgets?scope_type=team&scope_id=" + calls.team();
        assertThat(api.get(tenant.admin(), one).at("/items/0/available")).isEqualTo("0");
        await().atMost(Duration.ofSeconds(2)).until(() -> api.get(tenant.admin(), "/api/v1/budgets")
                .at("/items/0/held")
                .equals("0.1"));
        JsonNode all = api.get(tenant.admin(), "/api/v1/budgets").json();
        assertThat(all.at("/items/0"))
                .isEqualTo(api.get(tenant.admin(), one).json().at("/items/0"));
        assertThat(api.send(tenant.admin(), "PUT", path, "[]")
                        .json()
                        .at("/items")
                        .size())
                .isZero();
    }

    @Test
    void whatIsWrongIsSaidBesideTheField() {
        Tenant tenant = api.tenant("Wrong");
        Answer noName = api.post(tenant.admin(), "/api/v1/teams", "{\"name\": \" \"}");
        assertThat(noName.status()).isEqualTo(422);
        assertThat(noName.at("/errors/0/field")).isEqualTo("name");
        Answer badLimit = api.post(
                tenant.admin(),
                "/api/v1/keys",
                "{\"name\": \"k\", \"project_id\": \"proj_x\", \"budgets\": [{\"limit\": \"1e9\", \"window\": \"day\"}]}");
        assertThat(badLimit.status()).isEqualTo(422);
        assertThat(badLimit.at("/errors/0/field")).isEqualTo("budgets[0].limit");
        Answer badWindow = api.post(
                tenant.admin(),
                "/api/v1/keys",
                "{\"name\": \"k\", \"project_id\": \"proj_x\", \"budgets\": [{\"limit\": \"1\", \"window\": \"hour\"}]}");
        assertThat(badWindow.at("/errors/0/field")).isEqualTo("budgets[0].window");
        assertThat(api.post(tenant.admin(), "/api/v1/keys", "{\"name\": \"k\", \"project_id\": \"team_x\"}")
                        .at("/errors/0/field"))
                .isEqualTo("project_id");
        assertThat(api.post(tenant.admin(), "/api/v1/teams", "{").status()).isEqualTo(400);
        assertThat(api.get(tenant.admin(), "/api/v1/spend?from=yesterday").at("/errors/0/field"))
                .isEqualTo("from");
        assertThat(api.get(tenant.admin(), "/api/v1/spend?group_by=colour").at("/errors/0/field"))
                .isEqualTo("group_by");
        assertThat(api.get(tenant.admin(), "/api/v1/spend?from=2026-02-01&to=2026-01-01")
                        .status())
                .isEqualTo(422);
        assertThat(api.get(tenant.admin(), "/api/v1/calls?limit=1001").at("/errors/0/field"))
                .isEqualTo("limit");
        assertThat(api.get(tenant.admin(), "/api/v1/calls?after=x").at("/errors/0/field"))
                .isEqualTo("after");
        assertThat(api.get(tenant.admin(), "/api/v1/calls/nonsense").status()).isEqualTo(404);
        Answer nowhere = api.get(tenant.admin(), "/api/v1/nowhere");
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.contentType()).startsWith("application/problem+json");
        Answer typo = api.post(
                tenant.admin(), "/api/v1/keys", "{\"name\": \"k\", \"project_id\": \"proj_x\", \"budget\": []}");
        assertThat(typo.at("/errors/0/field")).isEqualTo("budget");
    }

    @Test
    void aMemberSeesWhatIsTheirOwnAndChangesNothing() {
        Tenant tenant = api.tenant("Members");
        Person member = api.person(tenant.id(), "Mem Ber", Role.MEMBER);
        Person auditor = api.person(tenant.id(), "Au Ditor", Role.AUDITOR);
        Calls own = Calls.of(api, tenant, ", \"user_id\": \"" + member.id() + "\"");
        Calls other = Calls.of(api, tenant);
        String ownCall = own.settled("a", "0.1");
        String otherCall = other.settled("b", "0.2");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get(auditor, "/api/v1/spend").at("/total").equals("0.3"));

        assertThat(api.get(member, "/api/v1/spend").at("/total")).isEqualTo("0.1");
        assertThat(api.get(member, "/api/v1/calls/" + ownCall).status()).isEqualTo(200);
        assertThat(api.get(member, "/api/v1/calls/" + otherCall).status()).isEqualTo(404);
        assertThat(api.get(member, "/api/v1/calls").json().at("/items").size()).isEqualTo(1);
        assertThat(api.get(member, "/api/v1/keys").json().at("/items").size()).isEqualTo(1);
        assertThat(api.get(member, "/api/v1/keys/" + other.key()).status()).isEqualTo(404);
        assertThat(api.get(member, "/api/v1/users").json().at("/items").size()).isEqualTo(1);
        assertThat(api.get(member, "/api/v1/top/users").at("/groups/0/name")).isEqualTo("Mem Ber");
        for (Person reader : new Person[] {member, auditor}) {
            assertThat(api.post(reader, "/api/v1/teams", "{\"name\": \"x\"}").status())
                    .isEqualTo(403);
            assertThat(api.send(reader, "POST", "/api/v1/keys/" + own.key() + "/suspend", null)
                            .status())
                    .isEqualTo(403);
            assertThat(api.send(reader, "PUT", "/api/v1/budgets/key/" + own.key(), "[]")
                            .status())
                    .isEqualTo(403);
        }
    }
}
