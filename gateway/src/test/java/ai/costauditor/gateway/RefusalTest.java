package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.BY_ADA;
import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.Policy;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls that do not leave: an error in the shape of the SDK that is calling, a call id, and nothing sent. */
class RefusalTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String LETTER =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final GatewayForTests gateway = GatewayForTests.shared();

    @BeforeEach
    void theProviderWouldAnswer() {
        gateway.upstream.answerJson(200, Chats.answer());
    }

    private static JsonNode error(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body()).path("error");
    }

    private void assertRefused(HttpResponse<String> response, int status, String typeOrCode) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode root = JsonMapper.shared().readTree(response.body());
        boolean anthropic = root.path("type").asString("").equals("error");
        assertThat(List.of(
                        root.at("/error/type").asString(""),
                        root.at("/error/code").asString("")))
                .contains(typeOrCode);
        assertThat(root.at("/error/message").asString("")).isNotBlank();
        assertThat(response.headers().firstValue("x-auditor-call-id").orElse(""))
                .startsWith("call_");
        assertThat(response.headers().firstValue(anthropic ? "request-id" : "x-request-id"))
                .isPresent();
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void anUnknownKeyIsRefused() throws Exception {
        GatewayForTests.Key nobody =
                new GatewayForTests.Key(gateway.key().id(), "vk_test_00000000000000000000000000000000000000");
        assertRefused(gateway.post(Chats.PATH, nobody, Chats.question("")), 401, "invalid_api_key");
        assertRefused(gateway.post(MESSAGES, nobody, LETTER), 401, "authentication_error");
    }

    @Test
    void noKeyIsRefused() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(java.net.URI.create(gateway.url() + Chats.PATH))
                .POST(HttpRequest.BodyPublishers.ofString(Chats.question("")));
        assertRefused(gateway.send(request), 401, "invalid_api_key");
    }

    @Test
    void aRevokedKeyIsRefusedWithTheNextCallAndThatIsRecorded() throws Exception {
        GatewayForTests.Key key = gateway.key();
        gateway.bean(Ledger.class).execute(new RevokeKey(key.id(), BY_ADA));
        assertRefused(gateway.post(Chats.PATH, key, Chats.question("")), 401, "invalid_api_key");
        assertThat(gateway.events(key)).containsExactly("key.Revoked", "key.CallDenied");
    }

    @Test
    void aSuspendedKeyIsRefused() throws Exception {
        GatewayForTests.Key key = gateway.key();
        gateway.bean(Ledger.class).execute(new SuspendKey(key.id(), BY_ADA));
        assertRefused(gateway.post(MESSAGES, key, LETTER), 403, "permission_error");
    }

    @Test
    void twoDifferentKeysAreRefused() throws Exception {
        HttpRequest.Builder request = gateway.request(Chats.PATH, gateway.key())
                .header("x-api-key", gateway.key().secret())
                .POST(HttpRequest.BodyPublishers.ofString(Chats.question("")));
        assertRefused(gateway.send(request), 400, "invalid_request_error");
    }

    @Test
    void aModelThatThePolicyForbidsIsRefused() throws Exception {
        Policy policy = Policy.enforcing(Policy.Enforcement.STRICT)
                .allowedModels("gpt-4.1*")
                .build();
        assertRefused(gateway.post(Chats.PATH, gateway.key(policy), Chats.question("")), 403, "invalid_request_error");
    }

    @Test
    void tooManyCallsAMinuteAreToldWhenToComeBack() throws Exception {
        Policy policy =
                Policy.enforcing(Policy.Enforcement.STRICT).requestsPerMinute(0).build();
        HttpResponse<String> response = gateway.post(Chats.PATH, gateway.key(policy), Chats.question(""));
        assertRefused(response, 429, "rate_limit_exceeded");
        assertThat(response.headers().firstValue("retry-after").orElse("")).matches("\\d+");
        assertRefused(gateway.post(MESSAGES, gateway.key(policy), LETTER), 429, "rate_limit_error");
    }

    @Test
    void anExhaustedBudgetSaysWhatWouldFitAndIsNotTriedAgain() throws Exception {
        GatewayForTests.Key key = gateway.key(hard("0.0005"));
        HttpResponse<String> response =
                gateway.post(Chats.PATH, key, Chats.question("").replace("100", "16384"));
        assertRefused(response, 429, "insufficient_quota");
        assertThat(error(response).path("code").asString()).isEqualTo("project_spend_limit_exceeded");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
        JsonNode details = error(response).path("auditor");
        assertThat(details.propertyNames())
                .contains("limit", "spent", "held", "worst_case_cost", "max_tokens_that_fit", "window", "window_end");
        String fits = details.path("max_tokens_that_fit").asString();
        assertThat(gateway.post(Chats.PATH, key, Chats.question("").replace("100", fits))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPolicyMayLetACallLeaveWithTheMaxTokensThatFit() throws Exception {
        Policy clamp =
                Policy.enforcing(Policy.Enforcement.STRICT).clampMaxTokens(true).build();
        for (String said : List.of(",\"max_tokens\":16384", ",\"max_completion_tokens\":16384", "")) {
            GatewayForTests.Key key = gateway.key(clamp, hard("0.0005"));
            HttpResponse<String> response =
                    gateway.post(Chats.PATH, key, Chats.question("").replace(",\"max_tokens\":100", said));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            String left = response.headers().firstValue("x-auditor-max-tokens").orElseThrow();
            JsonNode sent = JsonMapper.shared().readTree(gateway.upstream.last().body());
            String name = said.contains("max_tokens") ? "max_tokens" : "max_completion_tokens";
            assertThat(sent.path(name).asString()).as(sent.toString()).isEqualTo(left);
            assertThat(Long.parseLong(left)).isBetween(500L, 1_000L);
        }
    }

    @Test
    void anExhaustedBudgetLooksLikeAnthropicsToItsSdk() throws Exception {
        HttpResponse<String> response = gateway.post(MESSAGES, gateway.key(hard("0.0001")), LETTER);
        assertRefused(response, 429, "billing_error");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void parallelCallsStopAtTheLimitAndNeverPassIt() throws Exception {
        // each call costs 0.000009 and holds about 0.000085
        GatewayForTests.Key key = gateway.key(hard("0.0003"));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> statuses = IntStream.range(0, 100)
                    .mapToObj(i -> callers.submit(() -> gateway.post(Chats.PATH, key, Chats.question(",\"seed\":" + i))
                            .statusCode()))
                    .toList()
                    .stream()
                    .map(answer -> {
                        try {
                            return answer.get();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
            assertThat(statuses).containsOnly(200, 429).contains(200).contains(429);
            long settled = gateway.events(key).stream()
                    .filter("key.CallSettled"::equals)
                    .count();
            assertThat(settled)
                    .isEqualTo(statuses.stream().filter(status -> status == 200).count());
            assertThat(settled * 9).isLessThanOrEqualTo(300);
        }
    }

    @Test
    void malformedJsonIsRefused() throws Exception {
        assertRefused(gateway.post(Chats.PATH, gateway.key(), "{\"model\":"), 400, "invalid_request_error");
        assertRefused(gateway.post(MESSAGES, gateway.key(), "hello"), 400, "invalid_request_error");
    }

    @Test
    void aBodyThatIsTooLargeGetsAnAnswerAndNotAReset() throws Exception {
        String large = Chats.question(",\"x\":\"" + "y".repeat(20_000_000) + "\"");
        assertRefused(gateway.post(Chats.PATH, gateway.key(), large), 400, "invalid_request_error");
        assertRefused(
                gateway.send(gateway.request(MESSAGES, gateway.key())
                        .POST(HttpRequest.BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(ScriptedUpstream.bytes(large))))),
                400,
                "invalid_request_error");
    }

    @Test
    void aPackedBodyIsRefused() throws Exception {
        assertRefused(
                gateway.send(gateway.request(Chats.PATH, gateway.key())
                        .header("Content-Encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofString("whatever"))),
                400,
                "invalid_request_error");
    }

    @Test
    void case16AModelWithoutAPriceIsRefusedUnderAHardBudget() throws Exception {
        String question = Chats.question("").replace("gpt-4o-mini", "no-such-model");
        GatewayForTests.Key key = gateway.key(hard("1"));
        HttpResponse<String> response = gateway.post(Chats.PATH, key, question);
        assertRefused(response, 404, "model_not_found");
        assertThat(error(response).path("message").asString()).contains("no-such-model");
        assertThat(gateway.events(key)).containsExactly("key.CallDenied");
    }

    @Test
    void aProviderWithoutAKeyIsRefusedClearly() throws Exception {
        HttpResponse<String> response = gateway.post("/mistral" + Chats.PATH, gateway.key(), Chats.question(""));
        assertRefused(response, 503, "provider_not_configured");
        assertThat(response.body()).contains("mistral");
    }

    @Test
    void aPathThatIsNotMeteredIsNotForwarded() throws Exception {
        assertRefused(gateway.post("/v1/fine_tuning/jobs", gateway.key(), "{}"), 404, "not_found");
        assertRefused(gateway.post("/anthropic/v1/complete", gateway.key(), "{}"), 404, "not_found_error");
        assertRefused(gateway.send(gateway.request(Chats.PATH, gateway.key()).GET()), 404, "not_found");
    }

    @Test
    void anotherFamilysModelIsRefusedClearly() throws Exception {
        assertRefused(
                gateway.post(MESSAGES, gateway.key(), LETTER.replace("claude-sonnet-4-5", "gpt-4o-mini")),
                400,
                "invalid_request_error");
    }
}
