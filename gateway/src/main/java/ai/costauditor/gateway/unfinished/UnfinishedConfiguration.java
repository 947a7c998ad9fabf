package ai.costauditor.gateway.unfinished;

import ai.costauditor.gateway.charges.Charging;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.pricing.PriceBooks;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what looks after work that is not finished. */
@Configuration(proxyBeanMethods = false)
public class UnfinishedConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    StoredObjects storedObjects(DataSource dataSource) {
        return new StoredObjects(dataSource);
    }

    @Bean
    Charging charging(PriceBooks prices) {
        return new Charging(prices);
    }

    @Bean
    ProviderFiles providerFiles(UpstreamClient client) {
        return new ProviderFiles(client);
    }

    @Bean
    Unfinished unfinished(
            StoredObjects objects, Ledger ledger, Charging charging, Providers providers, ProviderFiles files) {
        return new Unfinished(objects, ledger, charging, providers, files, InstantSource.system());
    }

    @Bean(initMethod = "start")
    @DependsOnDatabaseInitialization
    Looks looks(StoredObjects objects, Unfinished unfinished, UnfinishedSettings settings) {
        return new Looks(objects, unfinished, settings, InstantSource.system());
    }
}
