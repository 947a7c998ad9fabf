package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names and labels of meters are a contract with dashboards and alerts. */
class MetersTest {

    @Test
    void everyCallIsCountedAndNoLabelCanBeInvented() throws Exception {
        try (GatewayForTests gateway = new GatewayForTests(Map.of())) {
            GatewayForTests.Key key = gateway.key(hard("1"));
            gateway.upstream.answerJson(200, Chats.answer());
            gateway.post(Chats.PATH, key, Chats.question(""));
            gateway.post(Chats.PATH, key, "{");
            gateway.post(Chats.PATH, gateway.key(hard("0.000001")), Chats.question(""));
            MeterRegistry meters = gateway.bean(MeterRegistry.class);

            assertThat(meters.get("auditor.gateway.calls")
                            .tags("endpoint", "chat.completions", "provider", "openai", "end", "settled")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("auditor.gateway.overhead").timer().count()).isEqualTo(1);
            assertThat(meters.get("auditor.gateway.tokens")
                            .tags("kind", "input", "provider", "openai")
                            .counter()
                            .count())
                    .isEqualTo(20);
            assertThat(meters.get("auditor.gateway.cost")
                            .tag("provider", "openai")
                            .counter()
                            .count())
                    .isEqualTo(0.000009);
            assertThat(meters.get("auditor.gateway.refused")
                            .tag("reason", "bad_request")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("auditor.gateway.refused")
                            .tag("reason", "budget")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("auditor.gateway.holds.open").gauge().value()).isZero();
        }
    }
}
