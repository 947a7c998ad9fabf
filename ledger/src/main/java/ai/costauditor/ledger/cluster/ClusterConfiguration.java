package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.SecretSetting;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.store.Writer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** With {@code auditor.cluster=jgroups} the ledger that callers get sends commands to their owners. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "auditor.cluster", havingValue = "jgroups")
@EnableConfigurationProperties(ClusterSettings.class)
class ClusterConfiguration {

    @Bean(initMethod = "start")
    @Primary
    @DependsOnDatabaseInitialization
    ClusterLedger clusterLedger(
            Writer writer,
            KeyDirectory keys,
            PolicyDirectory policies,
            NodeLease lease,
            DataSource dataSource,
            ClusterSettings settings,
            ObjectProvider<MeterRegistry> meters)
            throws Exception {
        byte[] secret = SecretSetting.read("auditor.cluster.secret", settings.secret());
        return new ClusterLedger(
                writer,
                keys,
                policies,
                new Owners(dataSource),
                new Peers(lease.node(), settings, dataSource, SharedIdentity.from(secret)),
                settings,
                meters.getIfAvailable(SimpleMeterRegistry::new));
    }
}
