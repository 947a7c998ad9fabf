package ai.costauditor.gateway.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StubProviderTest {

    private static final StubProvider STUB = StubProvider.start(0);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** 4 + 25 characters, with the role: 8 tokens. */
    private static final String MESSAGES =
            "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the auditor.\"}]";

    @AfterAll
    static void stop() {
        STUB.close();
        CLIENT.close();
    }

    @Test
    void usageIsAFunctionOfTheRequest() throws Exception {
        JsonNode answer = json(chat("\"model\":\"gpt-4o-mini\"", ""));
        assertThat(answer.at("/model").stringValue()).isEqualTo("gpt-4o-mini-2024-07-18");
        assertThat(answer.at("/usage/prompt_tokens").asLong()).isEqualTo(8);
        assertThat(answer.at("/usage/completion_tokens").asLong()).isEqualTo(14);
        assertThat(answer.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    }

    @Test
    void anAnswerIsNoLongerThanAskedForAndIsGivenAsOftenAsAskedFor() throws Exception {
        JsonNode answer = json(chat("\"model\":\"gpt-4o\",\"max_tokens\":3,\"n\":2", ""));
        assertThat(answer.at("/usage/completion_tokens").asLong()).isEqualTo(6);
        assertThat(answer.path("choices").size()).isEqualTo(2);
        assertThat(answer.at("/choices/1/finish_reason").stringValue()).isEqualTo("length");
    }

    @Test
    void aStreamTellsItsUsageOnlyIfAsked() throws Exception {
        assertThat(chat("\"model\":\"gpt-4o\",\"stream\":true", "").body())
                .doesNotContain("\"usage\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(chat("\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true}", "")
                        .body())
                .contains("\"choices\":[],\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":14");
    }

    @Test
    void aDeploymentOfAzureIsTheModel() throws Exception {
        String body = "{" + MESSAGES + "}";
        for (String path : new String[] {
            "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21", "/openai/v1/chat/completions"
        }) {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(STUB.uri().resolve(path))
                            .header("api-key", "azure")
                            .POST(BodyPublishers.ofString(
                                    path.contains("/v1/")
                                            ? body.replace("{\"mess", "{\"model\":\"gpt-4o-mini\",\"mess")
                                            : body))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).at("/model").stringValue()).isEqualTo("gpt-4o-mini-2024-07-18");
        }
    }

    @Test
    void responsesStreamTheirEventsInOrder() throws Exception {
        String body = post(
                        "/responses",
                        "{\"model\":\"gpt-4o\",\"input\":\"hello\",\"max_output_tokens\":1,\"stream\":true}",
                        "")
                .body();
        assertThat(body.lines().filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
    }

    @Test
    void toolsAreCalledInEveryFormat() throws Exception {
        String function = "{\"type\":\"function\",\"name\":\"weather\",\"function\":{\"name\":\"weather\"}}";
        assertThat(json(chat("\"model\":\"gpt-4o\",\"tools\":[" + function + "]", ""))
                        .at("/choices/0/message/tool_calls/0/function/name")
                        .stringValue())
                .isEqualTo("weather");
        assertThat(json(post("/responses", "{\"model\":\"gpt-4o\",\"input\":\"x\",\"tools\":[" + function + "]}", ""))
                        .at("/output/0/name")
                        .stringValue())
                .isEqualTo("weather");
        assertThat(json(messages("\"tools\":[{\"name\":\"weather\"}],", ""))
                        .at("/content/0/name")
                        .stringValue())
                .isEqualTo("weather");
    }

    @Test
    void whoTellsTheResultOfAToolIsAnsweredAndNotAskedForMore() throws Exception {
        String tool = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"function\":{\"name\":\"weather\"}}],";
        assertThat(json(post(
                                "/chat/completions",
                                "{\"model\":\"gpt-4o\"," + tool
                                        + "\"messages\":[{\"role\":\"tool\",\"content\":\"rain\"}]}",
                                ""))
                        .at("/choices/0/finish_reason")
                        .stringValue())
                .isEqualTo("stop");
        assertThat(json(post(
                                "/responses",
                                "{\"model\":\"gpt-4o\"," + tool
                                        + "\"input\":[{\"type\":\"function_call_output\",\"output\":\"rain\"}]}",
                                ""))
                        .at("/output/0/type")
                        .stringValue())
                .isEqualTo("message");
        assertThat(json(post(
                                "/messages",
                                "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":100," + tool
                                        + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]}",
                                ""))
                        .at("/stop_reason")
                        .stringValue())
                .isEqualTo("end_turn");
    }

    @Test
    void embeddingsComeAsNumbersAndAsBase64() throws Exception {
        JsonNode numbers =
                json(post("/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":[\"one\",\"two\"]}", ""));
        JsonNode packed = json(post(
                "/embeddings",
                "{\"model\":\"text-embedding-3-small\",\"input\":[1,2,3],\"encoding_format\":\"base64\",\"dimensions\":2}",
                ""));
        assertThat(numbers.path("data").size()).isEqualTo(2);
        assertThat(packed.path("data").size()).isEqualTo(1);
        assertThat(packed.at("/usage/prompt_tokens").asLong()).isEqualTo(3);
        byte[] bytes = Base64.getDecoder().decode(packed.at("/data/0/embedding").stringValue());
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isEqualTo(numbers.at("/data/0/embedding/0").floatValue());
    }

    @Test
    void messagesSayWhatTheyUsedAtTheStartAndAtTheEnd() throws Exception {
        String body = messages("\"stream\":true,", "").body();
        assertThat(body.lines().filter(line -> line.startsWith("event: ")).distinct())
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: ping",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        assertThat(body).contains("\"input_tokens\":8").contains("\"usage\":{\"output_tokens\":14}");
    }

    @Test
    void errorsLookAsTheProvidersSendThem() throws Exception {
        HttpResponse<String> limited = chat("\"model\":\"stub-429\"", "");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("retry-after")).contains("1");
        assertThat(json(limited).at("/error/code").stringValue()).isEqualTo("rate_limit_exceeded");
        assertThat(json(messages("", "status=529")).at("/error/type").stringValue())
                .isEqualTo("overloaded_error");
        HttpResponse<String> unknown = chat("\"model\":\"does-not-exist\"", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).at("/error/code").stringValue()).isEqualTo("model_not_found");
        assertThat(post("/chat/completions", "{", "").statusCode()).isEqualTo(400);
        HttpRequest stranger =
                HttpRequest.newBuilder(STUB.uri().resolve("/v1/models")).build();
        assertThat(CLIENT.send(stranger, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    void itDoesWhatItIsToldByHeaderAndByModel() throws Exception {
        String stream = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        assertThat(chat("\"model\":\"stub-no-usage\"," + stream, "").body()).doesNotContain("prompt_tokens");
        assertThat(chat("\"model\":\"gpt-4o\"," + stream, "usage=zero").body()).contains("\"total_tokens\":0");
        assertThat(chat("\"model\":\"gpt-4o\"," + stream, "no-done").body()).doesNotContain("[DONE]");
        assertThat(chat("\"model\":\"gpt-4o\"," + stream, "error-in-stream").body())
                .contains("data: {\"error\":");
        assertThat(chat("\"model\":\"gpt-4o\"," + stream, "chunk=odd").body())
                .isEqualTo(chat("\"model\":\"gpt-4o\"," + stream, "").body());
        assertThatThrownBy(() -> chat("\"model\":\"gpt-4o\"," + stream, "cut=3"))
                .isInstanceOf(IOException.class);
        assertThat(chat("\"model\":\"gpt-4o\"", "retry-after=7, status=429")
                        .headers()
                        .firstValue("retry-after"))
                .contains("7");
    }

    @Test
    void aWishThatItDoesNotKnowIsAnErrorAndNotIgnored() throws Exception {
        HttpResponse<String> answer = chat("\"model\":\"gpt-4o\"", "omit-usgae");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("omit-usgae");
    }

    @Test
    void itListsModels() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(STUB.uri().resolve("/v1/models"))
                .header("Authorization", "Bearer any")
                .build();
        assertThat(json(CLIENT.send(request, BodyHandlers.ofString()))
                        .at("/data/0/object")
                        .stringValue())
                .isEqualTo("model");
    }

    private static HttpResponse<String> chat(String fields, String wish) throws Exception {
        return post("/chat/completions", "{" + fields + "," + MESSAGES + "}", wish);
    }

    private static HttpResponse<String> messages(String fields, String wish) throws Exception {
        return post("/messages", "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":50," + fields + MESSAGES + "}", wish);
    }

    private static HttpResponse<String> post(String path, String body, String wish) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(STUB.uri().resolve("/v1" + path))
                        .header("Authorization", "Bearer any")
                        .header("x-stub", wish)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
