package ai.costauditor.ledger.holds;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class HoldsConfiguration {

    @Bean(initMethod = "start")
    @DependsOnDatabaseInitialization
    Heartbeat nodeLease(DataSource dataSource, LedgerSettings settings) {
        return new Heartbeat(dataSource, settings.ledger().node().heartbeat());
    }

    @Bean(initMethod = "start")
    @DependsOnDatabaseInitialization
    HoldSweeper holdSweeper(
            DataSource dataSource,
            Heartbeat heartbeat,
            Ledger ledger,
            LedgerSettings settings,
            ObjectProvider<MeterRegistry> meters) {
        return new HoldSweeper(
                new OpenHolds(dataSource),
                heartbeat,
                ledger,
                settings.ledger().node(),
                Clock.systemUTC(),
                meters.getIfAvailable(SimpleMeterRegistry::new));
    }
}
