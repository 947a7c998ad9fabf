package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class FirstCallTest {

    private final GatewayForTests gateway = GatewayForTests.shared();

    @Test
    void aChatCompletionIsForwardedByteForByteAndSettled() throws Exception {
        GatewayForTests.Key key = gateway.key(hard("1"));
        String answer = """
                {"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,\
                "message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}""";
        gateway.upstream.answerJson(200, answer);
        String question = """
                { "model" : "gpt-4o-mini", "messages":[{"role":"user","content":"p\\u00efng"}],"max_tokens":100,"x":1.10 }""";

        HttpResponse<String> response = gateway.http.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key.secret())
                        .header("Content-Type", "application/json")
                        .header("OpenAI-Beta", "x=1")
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.statusCode()).isEqualTo(200);
        // 20 × 0.15 + 10 × 0.60 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.000009");
        assertThat(response.headers().firstValue("x-auditor-budget-remaining")).contains("0.999991");
        assertThat(response.headers().firstValue("x-auditor-upstream")).contains("openai");
        assertThat(response.headers().firstValue("x-request-id")).contains("req_upstream");
        assertThat(response.headers().firstValue("request-id")).contains("req_upstream");
        assertThat(response.headers().firstValue("x-auditor-call-id")).isPresent();
        assertThat(gateway.upstream.last().text()).isEqualTo(question);
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
        assertThat(gateway.upstream.last().headers())
                .containsEntry("authorization", "Bearer sk-upstream-openai")
                .containsEntry("openai-beta", "x=1")
                .doesNotContainValue(key.secret());
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
    }
}
