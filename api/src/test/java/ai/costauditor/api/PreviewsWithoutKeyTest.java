package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Tenant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that cannot encrypt text takes no policy that wants text kept, from wherever it comes. */
class PreviewsWithoutKeyTest {

    private static final String KEEPS = "{\"previews\": {\"length\": 100}}";

    private static ApiForTests api;

    private Tenant tenant;
    private Calls calls;

    @BeforeAll
    static void start() {
        api = ApiForTests.with(Map.of("auditor.secrets.preview-key", ""));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void newTenant() {
        tenant = api.tenant("Without a key");
        calls = Calls.of(api, tenant);
    }

    private static void isRefused(Answer answer, String field) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.at("/errors/0/field")).isEqualTo(field);
        assertThat(answer.at("/errors/0/message")).contains("AUDITOR_SECRETS_PREVIEW_KEY");
    }

    private Answer put(String path, String policy) {
        return api.send(tenant.admin(), "PUT", "/api/v1" + path, policy);
    }

    private Answer newKey(String policy) {
        return api.post(
                tenant.admin(),
                "/api/v1/keys",
                "{\"name\": \"ci\", \"project_id\": \"" + calls.project() + "\", \"policy\": " + policy + "}");
    }

    @Test
    void aPolicyOfAnyLevelIsRefused() {
        for (String scope : List.of("organisation/" + tenant.id(), "team/" + calls.team(), "key/" + calls.key())) {
            isRefused(put("/policies/" + scope, KEEPS), "previews");
        }
    }

    @Test
    void aNewKeyWithSuchAPolicyIsRefused() {
        isRefused(newKey(KEEPS), "policy.previews");
    }

    @Test
    void thePolicyOfAKeyIsRefused() {
        isRefused(put("/keys/" + calls.key() + "/policy", KEEPS), "previews");
    }

    @Test
    void aRehearsalOfSuchAPolicyIsRefused() {
        isRefused(
                api.post(
                        tenant.admin(),
                        "/api/v1/policies/dry-run",
                        "{\"scope_type\": \"team\", \"scope_id\": \"" + calls.team() + "\", \"policy\": " + KEEPS
                                + "}"),
                "policy.previews");
    }

    @Test
    void onlyKeepingIsRefused() {
        String forbids = "{\"previews\": {\"length\": 0}}";
        assertThat(newKey(forbids).status()).isEqualTo(201);
        assertThat(put("/keys/" + calls.key() + "/policy", forbids).status()).isEqualTo(200);
        assertThat(put("/policies/team/" + calls.team(), "{}").status()).isEqualTo(200);
    }
}
