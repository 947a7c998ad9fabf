package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Moderations, completions and reranking. */
class OtherEndpointsTest {

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("1"));

    @Test
    void case14ModerationIsFreeUnderABudgetThatIsAllSpent() throws Exception {
        GatewayForTests.Key poor = gateway.key(hard("0.000001"));
        String answer = "{\"id\":\"modr-1\",\"model\":\"omni-moderation-latest\",\"results\":[{\"flagged\":false}]}";
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = gateway.post("/v1/moderations", poor, "{\"input\":\"a text\"}");
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0");
        JsonNode settled = gateway.end(poor);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/charge/status").asString()).isEqualTo("priced");
        assertThat(gateway.holdOf(poor)).isEqualTo("0");
    }

    @Test
    void completionsAreBilledForAllThatWereMadeAndNotOnlyForThoseShown() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"object\":\"text_completion\",\"model\":\"gpt-3.5-turbo-instruct\",\"choices\":[{\"text\":\"pong\",\"index\":0}],"
                        + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":21,\"total_tokens\":26}}");
        HttpResponse<String> response = gateway.post(
                "/v1/completions",
                key,
                "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":[\"ping\",\"pong\"],\"max_tokens\":10,\"n\":1,\"best_of\":3}");
        // 5 × 1.5 + 21 × 2 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.0000495");
        // (64 + 8) × 1.5 + 10 × 3 × 2 × 2
        assertThat(gateway.holdOf(key)).isEqualTo("0.000228");
    }

    @Test
    void aStreamOfCompletionsIsAskedForItsUsageWhichTheClientDoesNotSee() throws Exception {
        String text =
                "data: {\"id\":\"cmpl-1\",\"model\":\"gpt-3.5-turbo-instruct\",\"choices\":[{\"text\":\"pong\",\"index\":0}]}\n\n";
        String usage = "data: {\"id\":\"cmpl-1\",\"model\":\"gpt-3.5-turbo-instruct\",\"choices\":[],\"usage\":"
                + "{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}\n\n";
        gateway.upstream.answerEvents(text + usage + "data: [DONE]\n\n");
        HttpResponse<String> response = gateway.post(
                "/v1/completions",
                key,
                "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":\"ping\",\"max_tokens\":10,\"stream\":true}");
        assertThat(response.body()).isEqualTo(text + "data: [DONE]\n\n");
        assertThat(gateway.upstream.last().text()).contains("\"include_usage\":true");
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.0000215");
    }

    @Test
    void completionsWithoutUsageAreEstimatedFromTheirText() throws Exception {
        gateway.upstream.answerJson(
                200, "{\"model\":\"gpt-3.5-turbo-instruct\",\"choices\":[{\"text\":\"twelve bytes\",\"index\":0}]}");
        gateway.post(
                "/v1/completions", key, "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":\"ping\",\"max_tokens\":10}");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens/output").asLong()).isEqualTo(4);
    }

    @Test
    void case14RerankingIsBilledBySearches() throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"r1\",\"results\":[{\"index\":0,\"relevance_score\":0.9}],\"meta\":{\"api_version\":{\"version\":\"1\"},"
                        + "\"billed_units\":{\"search_units\":1}}}");
        HttpResponse<String> response = gateway.post(
                "/cohere/v1/rerank", key, "{\"model\":\"rerank-v3.5\",\"query\":\"q\",\"documents\":[\"a\",\"b\"]}");
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.002");
        assertThat(gateway.upstream.last().line()).startsWith("POST /v1/rerank ");
        assertThat(gateway.holdOf(key)).isEqualTo("0.002");
    }

    @Test
    void whoHasNoPathForRerankingIsNotAskedToRerank() throws Exception {
        gateway.upstream.answerJson(200, "{}");
        assertThat(gateway.post("/openai/v1/rerank", key, "{}").statusCode()).isEqualTo(404);
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void aModelThatIsBilledByTheSecondIsNoChatThatCostsNothing() throws Exception {
        HttpResponse<String> refused = gateway.post(
                "/v1/chat/completions",
                key,
                "{\"model\":\"whisper-1\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("model_not_found");
    }
}
