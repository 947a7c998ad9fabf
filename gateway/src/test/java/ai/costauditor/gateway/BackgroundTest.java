package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Responses that end after their answer, case 40, and the history that case 25 bills again. */
class BackgroundTest {

    private static final String QUESTION =
            "{\"model\":\"gpt-4o-mini\",\"input\":\"ping\",\"max_output_tokens\":100,\"background\":true";
    private static final String USAGE =
            "\"usage\":{\"input_tokens\":20,\"output_tokens\":10,\"total_tokens\":30,\"output_tokens_details\":{\"reasoning_tokens\":4}}";

    private static GatewayForTests gateway;

    private GatewayForTests.Key key;

    @BeforeAll
    static void start() {
        gateway = new GatewayForTests(Map.of("auditor.gateway.unfinished.look-every", "1h"));
    }

    @BeforeEach
    void newKey() {
        key = gateway.key(hard("1"));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static String response(String id, String status, String rest) {
        return "{\"id\":\"" + id + "\",\"object\":\"response\",\"status\":\"" + status
                + "\",\"model\":\"gpt-4o-mini-2024-07-18\",\"output\":[]," + rest + "}";
    }

    private void begin(String id) throws Exception {
        gateway.upstream.answerJson(200, response(id, "queued", "\"usage\":null"));
        HttpResponse<String> queued = gateway.post("/v1/responses", key, QUESTION + "}");
        assertThat(queued.statusCode()).isEqualTo(200);
        assertThat(queued.body()).isEqualTo(response(id, "queued", "\"usage\":null"));
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised");
    }

    private HttpResponse<String> get(String path, GatewayForTests.Key by) throws Exception {
        return gateway.send(gateway.request(path, by).GET());
    }

    private List<String> settled() {
        return gateway.events(key).stream()
                .filter(event -> event.startsWith("key.CallSettled"))
                .toList();
    }

    /** What was spent by the key, as the gateway says it with every answer. */
    private String left(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-auditor-budget-remaining").orElseThrow();
    }

    @Test
    void case40APollSettlesTheCallAndTheNextOneDoesNotBillAgain() throws Exception {
        begin("resp_poll");
        gateway.upstream.answerJson(200, response("resp_poll", "in_progress", "\"usage\":null"));
        get("/v1/responses/resp_poll", key);
        // the poll is a free call of its own; the hold of the response stays
        assertThat(settled()).hasSize(1);

        gateway.upstream.answerJson(200, response("resp_poll", "completed", USAGE));
        HttpResponse<String> done = get("/v1/responses/resp_poll", key);
        assertThat(done.body()).isEqualTo(response("resp_poll", "completed", USAGE));
        assertThat(gateway.upstream.last().line()).isEqualTo("GET /v1/responses/resp_poll HTTP/1.1");
        assertThat(gateway.upstream.last().headers()).containsEntry("authorization", "Bearer sk-upstream-openai");
        // 20 × 0.15 + 10 × 0.60 per million
        assertThat(gateway.payloads(key, "key.CallSettled").stream()
                        .map(event -> event.at("/charge/total").asString()))
                .containsExactly("0", "0.000009", "0");
        assertThat(left(done)).isEqualTo("0.999991");

        assertThat(left(get("/v1/responses/resp_poll", key))).isEqualTo("0.999991");
        String stream = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                + response("resp_poll", "completed", USAGE) + "}\n\n";
        gateway.upstream.answerEvents(stream);
        HttpResponse<String> streamed = get("/v1/responses/resp_poll?stream=true&starting_after=3", key);
        assertThat(streamed.body()).isEqualTo(stream);
        assertThat(gateway.upstream.last().line()).contains("?stream=true&starting_after=3");
        gateway.upstream.answerJson(200, response("resp_poll", "completed", USAGE));
        assertThat(left(get("/v1/responses/resp_poll", key))).isEqualTo("0.999991");
    }

    @Test
    void case40AStreamThatIsCutLeavesTheCallOpenAndThePollSettlesIt() throws Exception {
        String begun = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
                + response("resp_cut", "queued", "\"usage\":null") + "}\n\nevent: response.output_text.delta\n"
                + "data: {\"type\":\"response.output_text.delta\",\"delta\":\"pong\"}\n\n";
        gateway.upstream.answerEvents(begun);
        assertThat(gateway.post("/v1/responses", key, QUESTION + ",\"stream\":true}")
                        .body())
                .isEqualTo(begun);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised");
        gateway.upstream.answerJson(200, response("resp_cut", "completed", USAGE));
        assertThat(left(get("/v1/responses/resp_cut", key))).isEqualTo("0.999991");
    }

    @Test
    void aStreamThatEndsIsSettledAtOnceAndThePollsAreFree() throws Exception {
        gateway.upstream.answerEvents("event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
                + response("resp_whole", "in_progress", "\"usage\":null")
                + "}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                + response("resp_whole", "completed", USAGE) + "}\n\n");
        gateway.post("/v1/responses", key, QUESTION + ",\"stream\":true}");
        assertThat(gateway.lastEvent(key).at("/charge/total").asString()).isEqualTo("0.000009");
        gateway.upstream.answerJson(200, response("resp_whole", "completed", USAGE));
        assertThat(left(get("/v1/responses/resp_whole", key))).isEqualTo("0.999991");
    }

    @Test
    void anotherTenantsKeyReachesNothing() throws Exception {
        begin("resp_mine");
        GatewayForTests.Key stranger =
                gateway.key(new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null));
        gateway.upstream.answerJson(200, response("resp_mine", "completed", USAGE));
        for (String path : List.of(
                "/v1/responses/resp_mine", "/v1/responses/resp_mine/input_items", "/v1/responses/resp_nobodys")) {
            HttpResponse<String> refused = get(path, stranger);
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.body()).contains("\"code\":\"not_found\"");
        }
        HttpResponse<String> continued = gateway.post(
                "/v1/responses",
                stranger,
                "{\"model\":\"gpt-4o-mini\",\"input\":\"and?\",\"previous_response_id\":\"resp_mine\"}");
        assertThat(continued.statusCode()).isEqualTo(404);
        assertThat(gateway.upstream.received()).isEmpty();
        // a colleague of the same project may
        assertThat(get("/v1/responses/resp_mine", gateway.key()).statusCode()).isEqualTo(200);
    }

    @Test
    void cancellingAndDeletingReachTheProviderAndWhatNobodyKnowsStaysUnresolved() throws Exception {
        begin("resp_cancelled");
        gateway.upstream.answerJson(200, response("resp_cancelled", "cancelled", "\"usage\":null"));
        HttpResponse<String> cancelled = gateway.post("/v1/responses/resp_cancelled/cancel", key, "");
        assertThat(cancelled.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().line()).isEqualTo("POST /v1/responses/resp_cancelled/cancel HTTP/1.1");
        assertThat(gateway.events(key)).contains("key.HoldExpired");

        gateway.upstream.answerJson(200, "{\"id\":\"resp_cancelled\",\"object\":\"response\",\"deleted\":true}");
        HttpResponse<String> deleted = gateway.send(
                gateway.request("/v1/responses/resp_cancelled", key).DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(get("/v1/responses/resp_cancelled", key).statusCode()).isEqualTo(404);
    }

    @Test
    void case25AHistoryOfKnownLengthIsHeldAndNotTheWholeWindow() throws Exception {
        gateway.upstream.answerJson(200, response("resp_before", "completed", USAGE));
        gateway.post("/v1/responses", key, QUESTION.replace(",\"background\":true", "") + "}");
        GatewayForTests.Key poor = gateway.key(hard("0.001"));
        gateway.upstream.answerJson(200, response("resp_after", "completed", USAGE));
        HttpResponse<String> next = gateway.post(
                "/v1/responses",
                poor,
                "{\"model\":\"gpt-4o-mini\",\"input\":\"and?\",\"max_output_tokens\":100,\"previous_response_id\":\"resp_before\"}");
        assertThat(next.statusCode()).isEqualTo(200);
        // 30 tokens of history, and 64 + 4 of the request; 128,000 would be 0.0192
        assertThat(gateway.holdOf(poor)).isEqualTo("0.0000747");
    }

    @Test
    void case40CompactingIsBilledAsTheModelThatWasAskedAndCountingIsFree() throws Exception {
        gateway.upstream.answerJson(
                200, "{\"id\":\"cmp_1\",\"object\":\"response.compaction\",\"output\":[]," + USAGE + "}");
        HttpResponse<String> compacted =
                gateway.post("/v1/responses/compact", key, "{\"model\":\"gpt-4o-mini\",\"input\":\"ping\"}");
        assertThat(compacted.headers().firstValue("x-auditor-cost")).contains("0.000009");
        gateway.upstream.answerJson(200, "{\"object\":\"response.input_tokens\",\"input_tokens\":11}");
        HttpResponse<String> counted =
                gateway.post("/v1/responses/input_tokens", key, "{\"model\":\"gpt-4o-mini\",\"input\":\"ping\"}");
        assertThat(counted.headers().firstValue("x-auditor-cost")).contains("0");
        assertThat(gateway.lastEvent(key).at("/usage/tokens").isEmpty()).isTrue();
    }

    @Test
    void whatNobodyAsksForIsAskedForByUsAndAfterARestartToo() throws Exception {
        begin("resp_forgotten");
        gateway.upstream.answerJson(200, response("resp_forgotten", "completed", USAGE));
        try (GatewayForTests.Other other = gateway.another(Map.of("auditor.gateway.unfinished.look-every", "200ms"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> settled().size() == 1);
        }
        JsonNode end = gateway.lastEvent(key);
        assertThat(end.at("/charge/total").asString()).isEqualTo("0.000009");
        assertThat(end.at("/end/outcome").asString()).isEqualTo("completed");
        assertThat(left(get("/v1/responses/resp_forgotten", key))).isEqualTo("0.999991");
    }

    @Test
    void storedCompletionsAreFreeToReadAndBelongToTheirProject() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        gateway.post(Chats.PATH, key, Chats.question(",\"store\":true"));
        assertThat(get(Chats.PATH + "/chatcmpl-1", key).body()).isEqualTo(Chats.answer());
        assertThat(gateway.lastEvent(key).at("/charge/total").asString()).isEqualTo("0");
        assertThat(get(Chats.PATH + "/chatcmpl-2", key).statusCode()).isEqualTo(404);
    }
}
