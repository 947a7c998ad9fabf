package ai.costauditor.ledger.store;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger is ready when the store answers; part of the readiness group under the name {@code ledger}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
class StoreHealth {

    @Bean
    HealthIndicator ledgerHealthIndicator(DataSource dataSource) {
        JdbcClient sql = JdbcClient.create(dataSource);
        return () -> {
            try {
                Long position = sql.sql("select coalesce(max(position), 0) from ledger_event")
                        .query(Long.class)
                        .single();
                return Health.up().withDetail("position", position).build();
            } catch (RuntimeException e) {
                return Health.down(e).build();
            }
        };
    }
}
