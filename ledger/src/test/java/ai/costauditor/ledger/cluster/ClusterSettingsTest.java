package ai.costauditor.ledger.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

class ClusterSettingsTest {

    @Test
    void theDefaultsArePinned() {
        assertThat(bound(Map.of("auditor.cluster", "jgroups", "auditor.cluster.secret", "hex:00")))
                .isEqualTo(new ClusterSettings(
                        "127.0.0.1", 7800, "hex:00", Duration.ofSeconds(3), Duration.ofSeconds(10)));
    }

    @Test
    void theNamesArePinned() {
        assertThat(bound(Map.of(
                        "auditor.cluster", "jgroups",
                        "auditor.cluster.bind-address", "SITE_LOCAL",
                        "auditor.cluster.port", "1",
                        "auditor.cluster.secret", "hex:00",
                        "auditor.cluster.answer-within", "1s",
                        "auditor.cluster.avoid-for", "2s")))
                .isEqualTo(
                        new ClusterSettings("SITE_LOCAL", 1, "hex:00", Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @Test
    void aTypingErrorIsNotOff() {
        new ClusterMode(new MockEnvironment());
        new ClusterMode(new MockEnvironment().withProperty("auditor.cluster", "false"));
        new ClusterMode(new MockEnvironment().withProperty("auditor.cluster", "jgroups"));
        assertThatThrownBy(() -> new ClusterMode(new MockEnvironment().withProperty("auditor.cluster", "jgruops")))
                .hasMessageContaining("jgruops");
    }

    private static ClusterSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("auditor.cluster", ClusterSettings.class);
    }
}
