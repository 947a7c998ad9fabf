package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gemini in its own format, streaming and not. The numbers in the names are those of the accounting cases. */
class GeminiTest {

    private static final String MODEL = "/gemini/v1beta/models/gemini-2.5-flash";
    private static final String QUESTION = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"ping\"}]}],"
            + "\"generationConfig\":{\"maxOutputTokens\":100}}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** As Google's SDKs send it. */
    private HttpResponse<String> post(String path, GatewayForTests.Key key, String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("x-goog-api-key", key.secret())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String answer(String text, String more) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}],\"role\":\"model\"},\"index\":0"
                + more + ",\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"r1\"}";
    }

    private static String going(String text, String usage) {
        return answer(text, "}],\"usageMetadata\":" + usage);
    }

    private static String stopped(String text, String usage) {
        return answer(text, ",\"finishReason\":\"STOP\"}],\"usageMetadata\":" + usage);
    }

    private static String event(String data) {
        return "data: " + data + "\r\n\r\n";
    }

    private JsonNode whole(String answer) throws Exception {
        gateway.upstream.answerJson(200, answer);
        assertThat(post(MODEL + ":generateContent", key, QUESTION).body()).isEqualTo(answer);
        return gateway.end(key);
    }

    private JsonNode streamed(String... answers) throws Exception {
        StringBuilder events = new StringBuilder();
        for (String each : answers) {
            events.append(event(each));
        }
        gateway.upstream.answerEvents(events.toString());
        assertThat(post(MODEL + ":streamGenerateContent?alt=sse", key, QUESTION).body())
                .isEqualTo(events.toString());
        return gateway.end(key);
    }

    @Test
    void anAnswerIsForwardedByteForByteAndSettled() throws Exception {
        String answer = stopped(
                "pong",
                "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30,"
                        + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":20}]}");
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = post(MODEL + ":generateContent", key, QUESTION);

        assertThat(response.body()).isEqualTo(answer);
        // 20 × 0.30 + 10 × 2.50 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.000031");
        assertThat(response.headers().firstValue("x-auditor-upstream")).contains("gemini");
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1");
        assertThat(gateway.upstream.last().text()).isEqualTo(QUESTION);
        assertThat(gateway.upstream.last().headers())
                .containsEntry("x-goog-api-key", "upstream-gemini")
                .doesNotContainKey("authorization")
                .doesNotContainValue(key.secret());
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
    }

    @Test
    void aKeyInTheQueryIsTakenOutOfIt() throws Exception {
        gateway.upstream.answerJson(
                200, stopped("pong", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}"));
        HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.url() + MODEL + ":generateContent?key=" + key.secret() + "&alt=json"))
                .header("X-Goog-FieldMask", "candidates")
                .POST(HttpRequest.BodyPublishers.ofString(QUESTION)));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().line())
                .isEqualTo("POST /v1beta/models/gemini-2.5-flash:generateContent?alt=json HTTP/1.1");
        assertThat(gateway.upstream.last().headers())
                .as("it would leave out the usage")
                .doesNotContainKey("x-goog-fieldmask");
    }

    @Test
    void case11ThoughtsStandOutsideOfTheCandidatesAndToolUseOutsideOfThePrompt() throws Exception {
        JsonNode settled = whole(stopped(
                "x",
                "{\"promptTokenCount\":1000,\"cachedContentTokenCount\":400,\"toolUsePromptTokenCount\":50,"
                        + "\"candidatesTokenCount\":10,\"thoughtsTokenCount\":90,\"totalTokenCount\":1150}"));
        assertThat(settled.at("/usage/tokens"))
                .isEqualTo(json("{\"input\":650,\"input_cached\":400,\"output\":10,\"output_reasoning\":90}"));
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        // 650 × 0.30 + 400 × 0.03 + 100 × 2.50 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000457");
    }

    @Test
    void case11SoundAndImagesHaveKindsOfTheirOwnAndDetailsThatDoNotAddUpDoNotCount() throws Exception {
        JsonNode settled = whole(stopped(
                "x",
                "{\"promptTokenCount\":1000,\"cachedContentTokenCount\":100,\"candidatesTokenCount\":50,\"totalTokenCount\":1050,"
                        + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":200},{\"modality\":\"AUDIO\",\"tokenCount\":320},"
                        + "{\"modality\":\"IMAGE\",\"tokenCount\":258}],"
                        + "\"cacheTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":20},{\"modality\":\"TEXT\",\"tokenCount\":80}],"
                        + "\"candidatesTokensDetails\":[{\"modality\":\"IMAGE\",\"tokenCount\":1290}]}"));
        assertThat(settled.at("/usage/tokens"))
                .isEqualTo(json("{\"input\":342,\"input_audio\":300,\"input_cached\":100,\"input_image\":258,"
                        + "\"output_image\":50}"));
    }

    @Test
    void case12SeveralCandidatesAreHeldForAndTheirSumIsCharged() throws Exception {
        String usage = "{\"promptTokenCount\":20,\"candidatesTokenCount\":80,\"totalTokenCount\":100}";
        gateway.upstream.answerJson(200, stopped("x", usage));
        String question = QUESTION.replace("}}", ",\"candidateCount\":8}}");
        // 8 × 100 × 2.50 per million, and what may be read at the price of sound
        assertThat(post(MODEL + ":generateContent", gateway.key(hard("0.002")), question)
                        .statusCode())
                .isEqualTo(429);
        post(MODEL + ":generateContent", key, question);
        assertThat(gateway.end(key).at("/usage/tokens/output").asLong()).isEqualTo(80);
    }

    @Test
    void case34TheLastWholeBlockOfAStreamCountsAndNothingIsMergedOrSummed() throws Exception {
        JsonNode settled = streamed(
                going("po", "{\"promptTokenCount\":900,\"cachedContentTokenCount\":100,\"totalTokenCount\":900}"),
                going(
                        "n",
                        "{\"promptTokenCount\":900,\"candidatesTokenCount\":3,\"thoughtsTokenCount\":7,\"totalTokenCount\":910}"),
                stopped(
                        "g",
                        "{\"promptTokenCount\":800,\"toolUsePromptTokenCount\":200,\"candidatesTokenCount\":4,\"totalTokenCount\":1004}"));
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":1000,\"output\":4}"));
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("completed");
        assertThat(settled.at("/end/modelServed").asString()).isEqualTo("gemini-2.5-flash");
    }

    @Test
    void case34ALastEventThatTellsNoOutputAndLessThanBeforeIsNotWhole() throws Exception {
        JsonNode settled = streamed(
                going("pong", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}"),
                stopped("", "{\"promptTokenCount\":20,\"totalTokenCount\":20}"));
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":20,\"output\":10}"));
    }

    @Test
    void case34OutputThatOnlyTheTotalTellsIsOutput() throws Exception {
        JsonNode settled = streamed(
                going("po", "{\"promptTokenCount\":20,\"candidatesTokenCount\":2,\"totalTokenCount\":22}"),
                stopped("ng", "{\"promptTokenCount\":20,\"thoughtsTokenCount\":5,\"totalTokenCount\":35}"));
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":20,\"output\":10,\"output_reasoning\":5}"));
    }

    @Test
    void case34ABlockedPromptIsEstimatedSinceItWasRead() throws Exception {
        JsonNode settled = whole(
                "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"modelVersion\":\"gemini-2.5-flash\"}");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":3}"));
    }

    @Test
    void case4ABlockedPromptWhoseCountsAreThereCostsWhatTheySay() throws Exception {
        JsonNode settled = whole("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
                + "\"usageMetadata\":{\"promptTokenCount\":0,\"totalTokenCount\":0}}");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0");
    }

    @Test
    void case34TheModelsNameMayHaveItsPathInFront() throws Exception {
        JsonNode settled =
                whole(stopped("pong", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}")
                        .replace("\"gemini-2.5-flash\"", "\"models/gemini-2.5-pro\""));
        assertThat(settled.at("/end/modelServed").asString()).isEqualTo("gemini-2.5-pro");
        // 20 × 1.25 + 10 × 10 per million
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000125");
    }

    @Test
    void case41TheLastTrafficTypeIsTheTierThatIsPaid() throws Exception {
        JsonNode settled = streamed(
                going("po", "{\"promptTokenCount\":20,\"totalTokenCount\":20,\"trafficType\":\"ON_DEMAND\"}"),
                stopped(
                        "ng",
                        "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30,"
                                + "\"trafficType\":\"ON_DEMAND_FLEX\"}"));
        // half of 0.000031
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.0000155");
    }

    private static String grounded(String model) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]},\"finishReason\":\"STOP\","
                + "\"groundingMetadata\":{\"webSearchQueries\":[\"a\",\"b\"]}}],\"modelVersion\":\"" + model + "\","
                + "\"usageMetadata\":{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}}";
    }

    @Test
    void case13APromptThatWasGroundedHasOneFeeHoweverOftenItSearched() throws Exception {
        JsonNode settled = whole(grounded("gemini-2.5-flash"));
        assertThat(settled.at("/usage/units/grounded_prompts").decimalValue().intValue())
                .isEqualTo(1);
        // 20 × 0.3 + 10 × 2.5 per million + 0.035
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.035031");
    }

    @Test
    void case13OfLaterModelsEachSearchHasAFee() throws Exception {
        JsonNode settled = whole(grounded("gemini-3-flash-preview"));
        assertThat(settled.at("/usage/units/web_searches").decimalValue().intValue())
                .isEqualTo(2);
        assertThat(settled.at("/charge/version").asString()).endsWith("+units-1");
        assertThat(settled.at("/charge/total").asString()).startsWith("0.0280");
    }

    @Test
    void case6AStreamThatIsCutIsEstimatedFromTheTextAndTheInputThatItHasNamed() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(event(going(
                    "123456789012", "{\"promptTokenCount\":20,\"candidatesTokenCount\":1,\"totalTokenCount\":21}"))));
            out.flush();
            throw new IOException("cut");
        });
        assertThatThrownBy(() -> post(MODEL + ":streamGenerateContent?alt=sse", key, QUESTION))
                .isInstanceOf(IOException.class);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/usage/tokens")).isEqualTo(json("{\"input\":20,\"output\":4}"));
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("failed_upstream");
    }

    @Test
    void case6AnErrorInsideOfAStreamIsPassedOn() throws Exception {
        JsonNode settled = streamed(
                going("half", "{\"promptTokenCount\":20,\"totalTokenCount\":20}"),
                "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("failed_upstream");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
    }

    @Test
    void aStreamWithoutEventsIsAnArrayThatGrows() throws Exception {
        String array = "[" + going("p{[\\\"o", "{\"promptTokenCount\":20,\"totalTokenCount\":20}") + "\r\n,\r\n"
                + stopped("ng", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}")
                + "\r\n]";
        gateway.upstream.answer((request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"));
            for (int i = 0; i < array.length(); i += 7) {
                out.write(chunk(array.substring(i, Math.min(i + 7, array.length()))));
                out.flush();
            }
            out.write(ScriptedUpstream.end());
        });
        HttpResponse<String> response = post(MODEL + ":streamGenerateContent", key, QUESTION);
        assertThat(response.body()).isEqualTo(array);
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0.000031");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("completed");
    }

    @Test
    void case6AnArrayThatIsCutEndsForTheClientWhereItWasCut() throws Exception {
        String half = "[" + going("half of", "{\"promptTokenCount\":20,\"totalTokenCount\":20}");
        gateway.upstream.answer((request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"));
            out.write(chunk(half));
            out.flush();
            throw new IOException("cut");
        });
        Arrival came = Arrival.of(
                gateway.http,
                gateway.request(MODEL + ":streamGenerateContent", key)
                        .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                        .build());
        assertThat(came.isWhole()).isFalse();
        assertThat(came.bytes()).isEqualTo(bytes(half));
    }

    @Test
    void theEventThatMayBeTheLastWaitsForTheRecord() throws Exception {
        String events =
                event(stopped("pong", "{\"promptTokenCount\":20,\"candidatesTokenCount\":10,\"totalTokenCount\":30}"));
        gateway.upstream.answerEvents(events);
        HttpResponse<String> response = gateway.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + MODEL + ":streamGenerateContent?alt=sse"))
                        .header("x-goog-api-key", key.secret())
                        .header("x-auditor-cost", "comment")
                        .POST(HttpRequest.BodyPublishers.ofString(QUESTION)));
        assertThat(response.body()).isEqualTo(": x-auditor-cost 0.000031\n\n" + events);
    }

    @Test
    void anEmptyBudgetIsAnErrorOfGooglesWithItsFigures() throws Exception {
        gateway.upstream.answerJson(200, "{}");
        HttpResponse<String> response =
                post(MODEL + ":streamGenerateContent?alt=sse", gateway.key(hard("0.00001")), QUESTION);
        assertThat(response.statusCode()).isEqualTo(429);
        JsonNode error = json(response.body()).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(429);
        assertThat(error.path("status").asString()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(error.path("message").asString()).contains("budget is exhausted");
        assertThat(error.at("/details/0/reason").asString()).isEqualTo("PROJECT_SPEND_LIMIT_EXCEEDED");
        assertThat(error.at("/details/0/metadata").propertyNames()).contains("limit", "available", "worst_case_cost");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
        assertThat(response.headers().firstValue("x-auditor-call-id")).isPresent();
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void whatIsNotMeteredIsNotForwarded() throws Exception {
        gateway.upstream.answerJson(200, "{}");
        for (String path : new String[] {
            "/gemini/v1beta/cachedContents",
            "/gemini/v1beta/models/gemini-2.5-flash:predict",
            MODEL + ":batchGenerateContent",
            MODEL + "%2F..%2F..%2Ffiles:generateContent",
            "/gemini/v1beta/models/..%2Ffiles:generateContent",
            "/gemini/v1beta/models/%2e%2e:countTokens",
            "/gemini/upload/v1beta/files"
        }) {
            HttpResponse<String> response = post(path, key, QUESTION);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(json(response.body()).at("/error/status").asString()).isEqualTo("NOT_FOUND");
        }
        for (String query : new String[] {"?fields=candidates", "?alt=proto", "?%24fields=x", "?al%74=media"}) {
            assertThat(post(MODEL + ":generateContent" + query, key, QUESTION).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }
}
