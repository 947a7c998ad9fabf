package ai.costauditor.ledger;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** What the ledger needs of the libraries under it; configuration of the application can override each. */
class LedgerDefaults implements EnvironmentPostProcessor {

    static final Map<String, Object> DEFAULTS = Map.ofEntries(
            // its timed tasks can stop a processor; the database has the timeouts
            Map.entry("axon.timeout.enabled", "false"),
            Map.entry("axon.serializer.general", "jackson3"),
            // migrations of the features are numbered apart: V1 ledger, V2 projections, V3 api
            Map.entry("spring.flyway.out-of-order", "true"),
            // on a connection of their own: an index over a large record takes longer than a call may, and the lock of
            // the
            // migrations is a transaction that idles until the last one is done
            Map.entry("spring.flyway.url", "${spring.datasource.url}"),
            Map.entry("spring.flyway.user", "${spring.datasource.username:}"),
            Map.entry("spring.flyway.password", "${spring.datasource.password:}"),
            Map.entry("spring.flyway.init-sqls", "set timezone to 'UTC'"),
            // the writer, the readers and the API share it; none may wait for another
            Map.entry("spring.datasource.hikari.maximum-pool-size", "20"),
            // a caller rather gets 503 than waits
            Map.entry("spring.datasource.hikari.connection-timeout", "3000"),
            Map.entry("spring.datasource.hikari.validation-timeout", "2000"),
            Map.entry("spring.datasource.hikari.data-source-properties.reWriteBatchedInserts", "true"),
            Map.entry("spring.datasource.hikari.data-source-properties.connectTimeout", "3"),
            Map.entry("spring.datasource.hikari.data-source-properties.socketTimeout", "15"),
            Map.entry("spring.datasource.hikari.data-source-properties.tcpKeepAlive", "true"),
            // gaps in the record are waited for as long as a transaction can be open, so it cannot be open for long
            Map.entry(
                    "spring.datasource.hikari.data-source-properties.options",
                    "-c statement_timeout=10s -c idle_in_transaction_session_timeout=10s -c TimeZone=UTC"));

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        // both are read from the system's properties only: never call home, and print no advertisement
        System.getProperties().putIfAbsent("axoniq.update-checker.disabled", "true");
        System.getProperties().putIfAbsent("disable-axoniq-console-message", "true");
        environment.getPropertySources().addLast(new MapPropertySource("ledgerDefaults", DEFAULTS));
    }
}
