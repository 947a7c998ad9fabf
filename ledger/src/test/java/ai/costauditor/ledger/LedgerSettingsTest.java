package ai.costauditor.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;

class LedgerSettingsTest {

    @Test
    void theDefaultsArePinned() {
        assertThat(bound(Map.of()))
                .isEqualTo(new LedgerSettings(
                        new LedgerSettings.Secrets(null, null),
                        new LedgerSettings.Ledger(
                                100_000,
                                500,
                                new LedgerSettings.Node(
                                        Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofSeconds(5)))));
    }

    @Test
    void theNamesArePinned() {
        assertThat(bound(Map.of(
                        "auditor.secrets.pepper", "hex:00",
                        "auditor.secrets.preview-key", "hex:01",
                        "auditor.ledger.cached-aggregates", "7",
                        "auditor.ledger.snapshot-every", "8",
                        "auditor.ledger.node.heartbeat", "1s",
                        "auditor.ledger.node.dead-after", "2s",
                        "auditor.ledger.node.sweep", "4s")))
                .isEqualTo(new LedgerSettings(
                        new LedgerSettings.Secrets("hex:00", "hex:01"),
                        new LedgerSettings.Ledger(
                                7,
                                8,
                                new LedgerSettings.Node(
                                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)))));
    }

    /** Nothing may wait for ever on the database, and no transaction may outlive the wait for a gap in the record. */
    @Test
    void nothingCallsHome() {
        String before = System.clearProperty("axoniq.update-checker.disabled");
        try {
            new LedgerDefaults().postProcessEnvironment(new StandardEnvironment(), new SpringApplication());

            assertThat(System.getProperty("axoniq.update-checker.disabled")).isEqualTo("true");
        } finally {
            System.setProperty("axoniq.update-checker.disabled", before == null ? "true" : before);
        }
    }

    @Test
    void theTimeoutsOfTheDatabaseAreSet() {
        assertThat(LedgerDefaults.DEFAULTS)
                .containsEntry("axon.timeout.enabled", "false")
                .containsEntry("spring.datasource.hikari.data-source-properties.socketTimeout", "15")
                .containsEntry(
                        "spring.datasource.hikari.data-source-properties.options",
                        "-c statement_timeout=10s -c idle_in_transaction_session_timeout=10s -c TimeZone=UTC");
    }

    private static LedgerSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("auditor", LedgerSettings.class);
    }
}
