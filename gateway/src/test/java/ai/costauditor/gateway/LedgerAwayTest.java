package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nothing is forwarded that cannot be recorded, and nothing is answered that was not. */
class LedgerAwayTest {

    @Test
    void withoutALedgerNothingLeaves() throws Exception {
        try (GatewayForTests gateway = new GatewayForTests(Map.of())) {
            GatewayForTests.Key key = gateway.key(hard("1"));
            gateway.upstream.answerJson(200, Chats.answer());
            assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                    .isEqualTo(200);
            gateway.upstream.answerJson(200, Chats.answer());
            gateway.bean(HikariDataSource.class).close();

            HttpResponse<String> openAi = gateway.post(Chats.PATH, key, Chats.question(""));
            assertThat(openAi.statusCode()).as(openAi.body()).isEqualTo(503);
            HttpResponse<String> anthropic = gateway.post(
                    "/v1/messages", key, "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[]}");
            assertThat(anthropic.statusCode()).as(anthropic.body()).isEqualTo(529);
            assertThat(anthropic.body()).contains("overloaded_error");
            assertThat(gateway.upstream.received()).isEmpty();
        }
    }

    @Test
    void anAnswerThatCannotBeRecordedIsNotGivenOut() throws Exception {
        try (GatewayForTests gateway = new GatewayForTests(Map.of("auditor.gateway.settle-within", "1s"))) {
            GatewayForTests.Key key = gateway.key(hard("1"));
            gateway.upstream.answer((request, out) -> {
                gateway.bean(HikariDataSource.class).close();
                out.write(ScriptedUpstream.json(200, Chats.answer()));
            });
            HttpResponse<String> response = gateway.post(Chats.PATH, key, Chats.question(""));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("ledger_unavailable").doesNotContain("pong");
            assertThat(gateway.events(key)).containsExactly("key.CallAuthorised");
        }
    }
}
