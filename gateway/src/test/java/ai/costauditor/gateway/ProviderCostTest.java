package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Accounting case 39: what OpenRouter says of the cost stands beside what our prices make of it. */
class ProviderCostTest {

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":10,\"total_tokens\":30,";

    private final GatewayForTests gateway = GatewayForTests.ofAllProviders();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    private JsonNode settled(String cost) throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"gen-1\",\"model\":\"openai/gpt-4o-mini\",\"choices\":[{\"message\":{\"content\":\"pong\"}}],"
                        + USAGE + cost + "}}");
        gateway.post(
                "/openrouter/v1/chat/completions",
                key,
                "{\"model\":\"openai/gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}");
        return gateway.end(key);
    }

    @Test
    void itsCostIsRecordedAndChangesNoCharge() throws Exception {
        JsonNode settled = settled("\"cost\":0.0040091234567890,\"cost_details\":{\"upstream_inference_cost\":null}");
        assertThat(settled.at("/usage/providerCost").asString()).isEqualTo("0.004009123457");
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000009");
    }

    @Test
    void underTheCustomersOwnKeyItIsZeroAndThatIsAFact() throws Exception {
        assertThat(settled("\"cost\":0,\"is_byok\":true")
                        .at("/usage/providerCost")
                        .asString())
                .isEqualTo("0");
    }

    @Test
    void whoSaysNothingOrSomethingElseHasNone() throws Exception {
        assertThat(settled("\"cost\":{\"total_cost\":1}").at("/usage").has("providerCost"))
                .isFalse();
    }
}
