package ai.costauditor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class RefuseUnsafeDefaultsTest {

    private final MockEnvironment environment = new MockEnvironment()
            .withProperty("auditor.mode", "serve")
            .withProperty("auditor.secrets.pepper", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            .withProperty("spring.datasource.url", "jdbc:postgresql://db/auditor")
            .withProperty("spring.datasource.username", "auditor")
            .withProperty("spring.datasource.password", "kJ8-random-enough")
            .withProperty("auditor.identity.page-urls", "https://auditor.example.com");

    @Test
    void safeSettingsStart() {
        assertThat(RefuseUnsafeDefaults.in(environment)).isEmpty();
    }

    @Test
    void aPepperThatIsMissingShortOrNotRandomIsRefused() {
        assertThat(with("auditor.secrets.pepper", ""))
                .singleElement()
                .asString()
                .contains("PEPPER is missing");
        assertThat(with("auditor.secrets.pepper", "changeme"))
                .singleElement()
                .asString()
                .contains("too short or not random")
                .doesNotContain("changeme");
        assertThat(with("auditor.secrets.pepper", "hex:" + "ab".repeat(32))).hasSize(1);
        assertThat(with("auditor.secrets.pepper", "file:/nowhere/pepper")).hasSize(1);
    }

    @Test
    void aClusterWithoutARealSecretIsRefused() {
        assertThat(with("auditor.cluster", "off")).isEmpty();
        assertThat(with("auditor.cluster", "jgroups"))
                .singleElement()
                .asString()
                .contains("AUDITOR_CLUSTER_SECRET is missing");
        assertThat(with("auditor.cluster.secret", "changeme")).hasSize(1);
        assertThat(with("auditor.cluster.secret", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"))
                .isEmpty();
    }

    @Test
    void aDatabaseWithoutARealPasswordIsRefused() {
        assertThat(with("spring.datasource.password", "")).hasSize(1);
        assertThat(with("spring.datasource.password", "Postgres")).hasSize(1);
        assertThat(with("spring.datasource.url", "")).hasSize(2);
    }

    @Test
    void pagesWithoutTlsAreForLoopbackOrForWhoSaysSo() {
        assertThat(with("auditor.identity.page-urls", "")).isEmpty();
        assertThat(with("auditor.identity.page-urls", "http://auditor.example.com"))
                .hasSize(1);
        assertThat(with("auditor.identity.page-urls", "http://localhost.evil.example"))
                .hasSize(1);
        assertThat(with("auditor.identity.page-urls", "http://127.0.0.1:8080")).isEmpty();
        environment.setProperty("auditor.identity.plain-http", "true");
        assertThat(with("auditor.identity.page-urls", "http://auditor.example.com"))
                .isEmpty();
    }

    @Test
    void anIssuerWithoutTlsAndAnswersThatAreMadeUpAreRefused() {
        assertThat(with("auditor.identity.issuer-uri", "http://issuer.example.com"))
                .hasSize(1);
        environment.setProperty("auditor.identity.issuer-uri", "https://issuer.example.com");
        assertThat(with("auditor.stub.enabled", "true")).hasSize(1);
    }

    @Test
    void aGatewayAloneHasNoPages() {
        environment.setProperty("auditor.roles", "gateway");
        assertThat(with("auditor.identity.page-urls", "http://auditor.example.com"))
                .isEmpty();
    }

    private List<String> with(String name, String value) {
        environment.setProperty(name, value);
        return RefuseUnsafeDefaults.in(environment);
    }
}
