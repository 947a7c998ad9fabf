package ai.costauditor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Defaults are a contract: who changes one says so here. */
class GatewaySettingsTest {

    private static GatewaySettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("auditor.gateway", GatewaySettings.class);
    }

    @Test
    void theDefaults() {
        assertThat(bind(Map.of()).toString())
                .isEqualTo(
                        "GatewaySettings[largestBody=16777216B, largestAnswer=67108864B, holdFor=PT15M, drainFor=PT1M, "
                                + "drainBytes=8388608B, connectTimeout=PT5S, answerTimeout=PT10M, settleWithin=PT10S, stopStreamsAfter=PT20S, "
                                + "unpricedHold=1.00, connectionsPerProvider=10000, memoryForCalls=null]");
    }

    @Test
    void aHoldOutlivesTheLongestSilence() {
        GatewaySettings settings = bind(Map.of());
        assertThat(settings.holdFor()).isGreaterThan(settings.answerTimeout());
        assertThat(bind(Map.of("auditor.gateway.largest-body", "2MB"))
                        .largestBody()
                        .toMegabytes())
                .isEqualTo(2);
    }
}
