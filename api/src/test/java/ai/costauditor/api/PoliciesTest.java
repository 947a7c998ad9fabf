package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Person;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies through the API. */
class PoliciesTest {

    private final ApiForTests api = ApiForTests.running();
    private final Tenant tenant = api.tenant("Careful");
    private final Calls calls = Calls.of(api, tenant);

    @Test
    void aPolicyOfATeamIsInForceWithTheNextCallAndSoIsItsEnd() {
        Answer set = put("team/" + calls.team(), "{\"allowed_models\": [\"claude-*\"]}");
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.at("/policy/allowed_models/0")).isEqualTo("claude-*");
        assertThat(set.at("/scope_name")).isEqualTo("Team of Careful");

        assertThat(ask()).isInstanceOf(Authorisation.Refused.class);

        put("team/" + calls.team(), "{}");
        assertThat(ask()).isInstanceOf(Authorisation.Authorised.class);
    }

    @Test
    void whatAKeyMayDoInTheEndNamesTheLevels() {
        put("key/" + calls.key(), "{\"requests_per_minute\": 60, \"enforcement\": \"observe\"}");
        put("organisation/" + tenant.id(), """
                {"requests_per_minute": 1000, "tokens_per_minute": 5000, "enforcement": "expected", "clamp_max_tokens": true,
                 "response_cache": true, "previews": {"length": 100, "visible_to": ["AUDITOR"]}}""");

        Answer effective = api.get(tenant.admin(), "/api/v1/keys/" + calls.key() + "/effective-policy");

        assertThat(effective.status()).as(effective.text()).isEqualTo(200);
        assertThat(effective.at("/enforcement")).isEqualTo("expected");
        assertThat(effective.at("/requests_per_minute/value")).isEqualTo("60");
        assertThat(effective.at("/requests_per_minute/scope_type")).isEqualTo("key");
        assertThat(effective.at("/tokens_per_minute/scope_id"))
                .isEqualTo(tenant.id().value());
        assertThat(effective.at("/clamp_max_tokens")).isEqualTo("true");
        assertThat(effective.at("/response_cache")).isEqualTo("true");
        assertThat(effective.at("/previews/length")).isEqualTo("100");
        assertThat(effective.at("/levels/1/scope_type")).isEqualTo("organisation");
    }

    @Test
    void whatAllKeysOfAProjectMayDoNamesTheLevels() {
        put("project/" + calls.project(), "{\"allowed_models\": [\"gpt-*\"]}");
        put("team/" + calls.team(), "{\"requests_per_minute\": 60}");
        put("organisation/" + tenant.id(), "{\"requests_per_minute\": 1000, \"enforcement\": \"expected\"}");

        Answer effective = api.get(tenant.admin(), "/api/v1/policies/project/" + calls.project() + "/effective");

        assertThat(effective.status()).as(effective.text()).isEqualTo(200);
        assertThat(effective.json().at("/key_id").isNull()).isTrue();
        assertThat(effective.at("/enforcement")).isEqualTo("expected");
        assertThat(effective.at("/requests_per_minute/value")).isEqualTo("60");
        assertThat(effective.at("/requests_per_minute/scope_id")).isEqualTo(calls.team());
        assertThat(effective.json().at("/levels").findValuesAsString("scope_type"))
                .containsExactly("project", "team", "organisation");

        put("team/" + calls.team(), "{}");
        Answer ofTheTeam = api.get(tenant.admin(), "/api/v1/policies/team/" + calls.team() + "/effective");
        assertThat(ofTheTeam.at("/requests_per_minute/value")).isEqualTo("1000");
        assertThat(ofTheTeam.json().at("/levels").findValuesAsString("scope_type"))
                .as("what was asked for is there though it has no policy")
                .containsExactly("team", "organisation");
    }

    @Test
    void aKeyAsksTheSameByBothPaths() {
        put("key/" + calls.key(), "{\"largest_body\": 1000}");
        assertThat(api.get(tenant.admin(), "/api/v1/policies/key/" + calls.key() + "/effective")
                        .text())
                .isEqualTo(api.get(tenant.admin(), "/api/v1/keys/" + calls.key() + "/effective-policy")
                        .text());
    }

    @Test
    void theListHasWhatIsSetAndNothingThatWasLifted() {
        assertThat(policies()).isEmpty();
        put("key/" + calls.key(), "{\"requests_per_minute\": 60}");
        put("team/" + calls.team(), "{\"allowed_models\": [\"gpt-*\"]}");
        put("project/" + calls.project(), "{\"allowed_models\": [\"gpt-*\"]}");
        put("organisation/" + tenant.id(), "{\"clamp_max_tokens\": true}");
        assertThat(policies()).containsExactly("organisation", "team", "project", "key");

        put("project/" + calls.project(), "{}");
        put("key/" + calls.key(), "{}");
        assertThat(policies()).containsExactly("organisation", "team");
    }

    private List<String> policies() {
        Answer answer = api.get(tenant.admin(), "/api/v1/policies");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().at("/items").findValuesAsString("scope_type");
    }

    @Test
    void aPolicyThatIsMisspeltOrOfAPersonIsRefused() {
        assertThat(put("team/" + calls.team(), "{\"alowed_models\": []}").status())
                .isEqualTo(422);
        assertThat(put("team/" + calls.team(), "{\"requests_per_minute\": 0}").status())
                .isEqualTo(422);
        assertThat(put("team/" + calls.team(), "{\"previews\": {\"length\": 100000}}")
                        .status())
                .isEqualTo(422);
        assertThat(put("user/" + tenant.admin().id(), "{}").status()).isEqualTo(422);
        assertThat(put("team/team_unknown", "{}").status()).isEqualTo(404);
    }

    @Test
    void onlyAnAdministratorChangesAPolicyAndAMemberSeesNone() {
        Person auditor = api.person(tenant.id(), "Auditor of Careful", Role.AUDITOR);
        Person member = api.person(tenant.id(), "Member of Careful", Role.MEMBER);
        String path = "/api/v1/policies/team/" + calls.team();
        assertThat(api.get(auditor, path).status()).isEqualTo(200);
        assertThat(api.send(auditor, "PUT", path, "{}").status()).isEqualTo(403);
        assertThat(api.get(member, path).status()).isEqualTo(403);
        assertThat(api.get(auditor, path + "/effective").status()).isEqualTo(200);
        assertThat(api.get(member, path + "/effective").status()).isEqualTo(403);
        assertThat(api.get(auditor, "/api/v1/policies").status()).isEqualTo(200);
        assertThat(api.get(member, "/api/v1/policies").status()).isEqualTo(403);
        assertThat(api.get(member, "/api/v1/keys/" + calls.key() + "/effective-policy")
                        .status())
                .isEqualTo(404);
    }

    private Answer put(String scope, String policy) {
        return api.send(tenant.admin(), "PUT", "/api/v1/policies/" + scope, policy);
    }

    private Authorisation ask() {
        return calls.authorise(CallId.next(), "a prompt", "0.01");
    }
}
