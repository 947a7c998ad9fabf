package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.store.AggregateKind;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PeriodsConfiguration {

    @Bean
    AggregateKind<Period> periods(ClosedPeriods closed) {
        return new AggregateKind<>(Period.class, null, List.of(closed));
    }

    @Bean
    PeriodTable periodDirectory(DataSource dataSource, EventStore events) {
        PeriodTable table = new PeriodTable(dataSource);
        events.subscribe(table::write);
        return table;
    }

    @Bean
    PeriodClosing periodClosing(OrganisationDirectory organisations, DataSource dataSource, Ledger ledger) {
        return new PeriodClosing(organisations, new RecordedPeriods(dataSource), ledger);
    }
}
