package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static ai.costauditor.gateway.ScriptedUpstream.json;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds of one second; the provider says nothing for longer than that. */
class RunningCallsKeepTheirHoldTest {

    private static GatewayForTests gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayForTests(Map.of(
                "auditor.gateway.hold-for", "1s",
                "auditor.gateway.answer-timeout", "60s",
                "auditor.ledger.node.sweep", "200ms"));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void aStreamThatIsSilentForLongerThanItsHold() throws Exception {
        CountDownLatch longEnough = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("let me think")));
            out.flush();
            ChatStreamTest.await(longEnough);
            out.write(chunk(Chats.usageChunk() + Chats.done()));
            out.write(end());
        });
        outlivesItsHold(Chats.streamed(), longEnough);
    }

    @Test
    void anAnswerThatIsNoStreamAndTakesLongerThanItsHold() throws Exception {
        CountDownLatch longEnough = new CountDownLatch(1);
        gateway.upstream.answer((request, out) -> {
            ChatStreamTest.await(longEnough);
            out.write(json(200, Chats.answer()));
        });
        outlivesItsHold(Chats.question(""), longEnough);
    }

    private static void outlivesItsHold(String question, CountDownLatch longEnough) throws Exception {
        GatewayForTests.Key key = gateway.key(hard("1"));
        CompletableFuture<HttpResponse<String>> response = gateway.http.sendAsync(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.events(key)
                .contains("key.CallAuthorised"));
        GatewayForTests.Key abandoned = gateway.key(hard("1"));
        holdAndForget(abandoned);
        Awaitility.await("a hold that began later and that nobody extends has expired")
                .atMost(Duration.ofSeconds(30))
                .until(() -> gateway.events(abandoned).contains("key.HoldExpired"));
        longEnough.countDown();

        assertThat(response.get().statusCode()).isEqualTo(200);
        List<String> events = gateway.events(key);
        assertThat(events).startsWith("key.CallAuthorised", "key.HoldExtended").endsWith("key.CallSettled");
        assertThat(events).doesNotContain("key.HoldExpired", "key.CallSettledLate");
    }

    private static void holdAndForget(GatewayForTests.Key key) {
        Instant now = Instant.now();
        gateway.bean(Ledger.class)
                .execute(new AuthoriseCall(
                        key.id(),
                        CallId.next(),
                        new CallRequest("openai", "chat.completions", "gpt-4o-mini", false, "forgotten", Map.of()),
                        new Hold(
                                Money.of("0.1"),
                                now.plusSeconds(1),
                                gateway.bean(NodeLease.class).node()),
                        PriceStatus.PRICED,
                        now));
    }
}
