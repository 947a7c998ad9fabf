package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.BY_ADA;
import static ai.costauditor.gateway.GatewayForTests.RESEARCH;
import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Policy.Enforcement;
import ai.costauditor.ledger.policies.PolicyCommand.SetPolicy;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client sees of the policies of its key and of what is above it. */
@NullUnmarked
class PoliciesTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String LETTER =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final Scope team = Scope.of(RESEARCH).get(1);

    @AfterEach
    void lift() {
        set(Policy.NOTHING);
    }

    @Test
    void aRefusalNamesTheLevelAndAChangeIsInForceWithTheNextCall() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        GatewayForTests.Key key = gateway.key();
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(200);

        set(Policy.enforcing(Enforcement.OBSERVE).allowedModels("claude-*").build());
        HttpResponse<String> refused = gateway.post(Chats.PATH, key, Chats.question(""));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(error(refused).path("message").asString())
                .isEqualTo("the policy of the team " + team.id() + " does not allow the model gpt-4o-mini");
        assertThat(error(refused).at("/auditor/policy_of_id").asString()).isEqualTo(team.id());
        set(Policy.NOTHING);
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void limitsPerMinuteAreToldInTheFormOfOpenAi() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        GatewayForTests.Key key = gateway.key(perMinute(2, 100_000L));

        HttpResponse<String> first = gateway.post(Chats.PATH, key, Chats.question(""));
        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
        assertThat(header(first, "x-ratelimit-reset-requests")).isIn("1m1s", "1m0s");
        assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("100000");
        assertThat(header(first, "x-ratelimit-remaining-tokens")).isEqualTo("100000");
        assertThat(header(first, "x-ratelimit-reset-tokens")).isEqualTo("0s");
        gateway.post(Chats.PATH, key, Chats.question(""));
        HttpResponse<String> third = gateway.post(Chats.PATH, key, Chats.question(""));

        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(error(third).path("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(header(third, "x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(Integer.parseInt(header(third, "retry-after"))).isBetween(1, 61);
        assertThat(Long.parseLong(header(third, "x-ratelimit-remaining-tokens")))
                .isLessThan(100_000);
    }

    @Test
    void limitsPerMinuteAreToldInTheFormOfAnthropic() throws Exception {
        GatewayForTests.Key key = gateway.key(perMinute(0, null));
        HttpResponse<String> refused = gateway.post(MESSAGES, key, LETTER);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "anthropic-ratelimit-requests-limit")).isEqualTo("0");
        assertThat(header(refused, "anthropic-ratelimit-requests-remaining")).isEqualTo("0");
        assertThat(Instant.parse(header(refused, "anthropic-ratelimit-requests-reset")))
                .isBeforeOrEqualTo(Instant.now());
        assertThat(header(refused, "retry-after")).matches("\\d+");
        assertThat(refused.headers().firstValue("x-ratelimit-limit-requests")).isEmpty();
    }

    @Test
    void whatTheProviderSaysOfLimitsIsPassedOnOnlyWhereWeSayNothing() throws Exception {
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.bytes(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-RateLimit-Remaining-Requests: 7\r\n"
                        + "Content-Length: " + Chats.answer().length() + "\r\n\r\n" + Chats.answer())));
        assertThat(header(
                        gateway.post(Chats.PATH, gateway.key(), Chats.question("")), "x-ratelimit-remaining-requests"))
                .isEqualTo("7");
        HttpResponse<String> ours = gateway.post(Chats.PATH, gateway.key(perMinute(60, null)), Chats.question(""));
        assertThat(ours.headers().allValues("x-ratelimit-remaining-requests")).containsExactly("59");
    }

    @Test
    void theLargestBodyOfAnyLevelCounts() throws Exception {
        set(Policy.enforcing(Enforcement.OBSERVE).largestBody(200L).build());
        HttpResponse<String> refused =
                gateway.post(Chats.PATH, gateway.key(), Chats.question(",\"x\":\"" + "y".repeat(200) + "\""));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(error(refused).path("code").asString()).isEqualTo("request_too_large");
        assertThat(error(refused).path("message").asString())
                .isEqualTo("the request body is larger than the 200 bytes that the policy of the team " + team.id()
                        + " allows");
    }

    @Test
    void aLevelAboveMayLetCallsLeaveShorter() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        set(Policy.enforcing(Enforcement.OBSERVE).clampMaxTokens(true).build());
        GatewayForTests.Key key = gateway.key(hard("0.0005"));
        HttpResponse<String> answer =
                gateway.post(Chats.PATH, key, Chats.question("").replace("100", "16384"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-auditor-max-tokens")).isPresent();
    }

    @Test
    void modelsThatALevelAboveForbidsAreNotListed() throws Exception {
        set(Policy.enforcing(Enforcement.OBSERVE).allowedModels("gpt-4o-mini").build());
        HttpResponse<String> list =
                gateway.send(gateway.request("/v1/models", gateway.key()).GET());
        assertThat(list.body()).contains("gpt-4o-mini").doesNotContain("gpt-4.1");
    }

    private static Policy perMinute(int requests, Long tokens) {
        return Policy.enforcing(Enforcement.STRICT)
                .requestsPerMinute(requests)
                .tokensPerMinute(tokens)
                .build();
    }

    private void set(Policy policy) {
        gateway.bean(Ledger.class).execute(new SetPolicy(team, policy, BY_ADA));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static JsonNode error(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body()).path("error");
    }
}
