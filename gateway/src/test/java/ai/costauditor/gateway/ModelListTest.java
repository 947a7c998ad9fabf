package ai.costauditor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.Policy;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ModelListTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(Policy.enforcing(Policy.Enforcement.STRICT)
            .allowedModels("gpt-4o*", "claude-*")
            .build());

    private static List<String> ids(HttpResponse<String> response) {
        return JsonMapper.shared()
                .readTree(response.body())
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asString())
                .toList();
    }

    @Test
    void theModelsThatTheKeyMayUseAreListed() throws Exception {
        HttpResponse<String> response =
                gateway.send(gateway.request("/v1/models", key).GET());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(ids(response)).contains("gpt-4o", "gpt-4o-mini").noneMatch(id -> id.startsWith("gpt-5"));
        assertThat(response.headers().firstValue("x-auditor-call-id")).isPresent();
    }

    @Test
    void anthropicsSdkGetsItsOwnShape() throws Exception {
        HttpResponse<String> response = gateway.send(gateway.request("/v1/models", key)
                .header("anthropic-version", "2023-06-01")
                .GET());
        JsonNode root = JsonMapper.shared().readTree(response.body());
        assertThat(root.path("has_more").asBoolean(true)).isFalse();
        assertThat(root.at("/data/0/type").asString()).isEqualTo("model");
        assertThat(ids(response)).isNotEmpty().allMatch(id -> id.startsWith("claude-"));
    }

    @Test
    void oneModelIsDescribedAndAnUnknownOneIsNot() throws Exception {
        assertThat(gateway.send(gateway.request("/v1/models/gpt-4o", key).GET()).body())
                .contains("\"owned_by\":\"openai\"");
        assertThat(gateway.send(gateway.request("/v1/models/gpt-5", key).GET()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void ofAzureOnlyTheDeploymentsThatTheConfigurationNamesAreListed() throws Exception {
        HttpResponse<String> response = gateway.send(
                gateway.request("/azure/openai/v1/models", gateway.key()).GET());
        assertThat(ids(response)).containsExactly("our-chat");
        assertThat(ids(gateway.send(gateway.request("/v1/models", gateway.key()).GET())))
                .contains("our-chat")
                .noneMatch(id -> id.startsWith("azure/"));
    }

    @Test
    void withoutAKeyThereIsNoList() throws Exception {
        GatewayForTests.Key nobody =
                new GatewayForTests.Key(key.id(), "vk_test_00000000000000000000000000000000000000");
        assertThat(gateway.send(gateway.request("/v1/models", nobody).GET()).statusCode())
                .isEqualTo(401);
    }
}
