package ai.costauditor.gateway.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StubGeminiTest {

    private static final StubProvider STUB = StubProvider.start(0);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** 4 + 25 characters, with the role: 8 tokens. */
    private static final String CONTENTS =
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Say hello to the auditor.\"}]}]";

    @AfterAll
    static void stop() {
        STUB.close();
        CLIENT.close();
    }

    private static HttpResponse<String> ask(String operation, String body, String wish) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(STUB.uri() + "/v1beta/models/gemini-2.5-flash" + operation))
                        .header("x-goog-api-key", "whatever")
                        .header("x-stub", wish)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void usageIsAFunctionOfTheRequest() throws Exception {
        JsonNode answer = json(ask(":generateContent", CONTENTS + "}", "").body());
        assertThat(answer.path("usageMetadata"))
                .isEqualTo(json("{\"promptTokenCount\":8,\"candidatesTokenCount\":14,\"totalTokenCount\":22,"
                        + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":8}]}"));
        assertThat(answer.at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
        assertThat(answer.path("modelVersion").asString()).isEqualTo("gemini-2.5-flash");
    }

    @Test
    void anAnswerIsNoLongerThanAskedForAndIsGivenAsOftenAsAskedFor() throws Exception {
        JsonNode answer = json(ask(
                        ":generateContent",
                        CONTENTS + ",\"generationConfig\":{\"maxOutputTokens\":3,\"candidateCount\":2}}",
                        "")
                .body());
        assertThat(answer.at("/usageMetadata/candidatesTokenCount").asLong()).isEqualTo(6);
        assertThat(answer.at("/candidates/1/finishReason").asString()).isEqualTo("MAX_TOKENS");
    }

    @Test
    void aStreamTellsItsUsageInEveryEvent() throws Exception {
        HttpResponse<String> answer = ask(":streamGenerateContent?alt=sse", CONTENTS + "}", "");
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        String[] events = answer.body().split("\r\n\r\n");
        assertThat(events).hasSize(14);
        JsonNode first = json(events[0].substring("data: ".length()));
        assertThat(first.at("/usageMetadata/candidatesTokenCount").asLong()).isEqualTo(1);
        assertThat(first.at("/candidates/0").has("finishReason")).isFalse();
        JsonNode last = json(events[13].substring("data: ".length()));
        assertThat(last.at("/usageMetadata/candidatesTokenCount").asLong()).isEqualTo(14);
        assertThat(last.at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
    }

    @Test
    void withoutEventsAStreamIsAnArray() throws Exception {
        HttpResponse<String> answer = ask(":streamGenerateContent", CONTENTS + "}", "chunk=odd");
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(json(answer.body()).size()).isEqualTo(14);
    }

    @Test
    void functionsAreCalled() throws Exception {
        String tools = ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\"}]}]";
        assertThat(json(ask(":generateContent", CONTENTS + tools + "}", "").body())
                        .at("/candidates/0/content/parts/0/functionCall/name")
                        .asString())
                .isEqualTo("weather");
        assertThat(ask(
                                ":generateContent",
                                CONTENTS + tools + ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"NONE\"}}}",
                                "")
                        .body())
                .doesNotContain("functionCall");
    }

    @Test
    void countsAndEmbeddings() throws Exception {
        assertThat(json(ask(":countTokens", CONTENTS + "}", "").body())
                        .path("totalTokens")
                        .asLong())
                .isEqualTo(8);
        String one =
                "{\"model\":\"models/x\",\"content\":{\"parts\":[{\"text\":\"hello\"}]},\"outputDimensionality\":3}";
        assertThat(json(ask(":embedContent", one, "").body())
                        .at("/embedding/values")
                        .size())
                .isEqualTo(3);
        assertThat(json(ask(":batchEmbedContents", "{\"requests\":[" + one + "," + one + "]}", "")
                                .body())
                        .path("embeddings")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void itMisbehavesAsItIsTold() throws Exception {
        HttpResponse<String> busy = ask(":generateContent", CONTENTS + "}", "status=429");
        assertThat(busy.statusCode()).isEqualTo(429);
        assertThat(json(busy.body()).at("/error/status").asString()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(ask(":generateContent", CONTENTS + "}", "omit-usage").body()).doesNotContain("usageMetadata");
        assertThat(ask(":streamGenerateContent?alt=sse", CONTENTS + "}", "error-in-stream")
                        .body())
                .contains("\"error\":{\"code\":503");
        assertThat(ask(":streamGenerateContent?alt=sse", CONTENTS + "}", "no-done")
                        .body())
                .doesNotContain("finishReason");
        assertThatThrownBy(() -> ask(":streamGenerateContent?alt=sse", CONTENTS + "}", "cut=3"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void openAisShapeIsSpokenAtGooglesPath() throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(STUB.uri() + "/v1beta/openai/chat/completions"))
                        .header("Authorization", "Bearer whatever")
                        .POST(BodyPublishers.ofString("{\"model\":\"gemini-2.5-flash\",\"messages\":[]}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(json(answer.body()).path("object").asString()).isEqualTo("chat.completion");
    }
}
