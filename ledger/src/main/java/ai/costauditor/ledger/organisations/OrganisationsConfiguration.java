package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.store.AggregateKind;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OrganisationsConfiguration {

    @Bean
    AggregateKind<Organisation> organisations() {
        return AggregateKind.of(Organisation.class);
    }

    @Bean
    OrganisationTables organisationDirectory(DataSource dataSource, EventStore events) {
        OrganisationTables tables = new OrganisationTables(dataSource);
        events.subscribe(tables::write);
        return tables;
    }
}
