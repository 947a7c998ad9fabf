package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Azure and Bedrock in development: without keys they are served by the stub, and charged as if they were not. */
class StubbedCloudsTest {

    private static final String CONVERSE =
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"ping\"}]}],\"inferenceConfig\":{\"maxTokens\":5}}";
    private static final String ANTHROPIC =
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";
    private static final String CHAT =
            "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}],\"stream\":%s}";

    private static final GatewayForTests GATEWAY = new GatewayForTests(Map.of(
            "auditor.stub.enabled", "true",
            "AZURE_OPENAI_API_KEY", "",
            "AWS_ACCESS_KEY_ID", "",
            "AWS_SECRET_ACCESS_KEY", ""));

    @AfterAll
    static void stop() throws Exception {
        GATEWAY.close();
    }

    /** Eight characters are two tokens; five are written. */
    @ParameterizedTest
    @CsvSource({
        "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse, 0.0000891",
        "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse-stream, 0.0000891",
        "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke, 0.0000891",
        "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream, 0.0000891",
        "/azure/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21, 0.0000033",
        "/azure/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21&stream, 0.0000033"
    })
    void aCallWithoutKeysIsAnsweredByTheStubAndCharged(String path, String cost) throws Exception {
        GatewayForTests.Key key = GATEWAY.key(hard("1"));
        String body = path.startsWith("/azure")
                ? CHAT.formatted(path.endsWith("stream"))
                : path.contains("invoke") ? ANTHROPIC : CONVERSE;
        HttpResponse<String> response =
                GATEWAY.send(GATEWAY.request(path, key).POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-auditor-upstream")).contains("stub");
        assertThat(GATEWAY.end(key).at("/usage/status").asString()).isEqualTo("exact");
        assertThat(GATEWAY.end(key).at("/charge/total").asString()).isEqualTo(cost);
    }
}
