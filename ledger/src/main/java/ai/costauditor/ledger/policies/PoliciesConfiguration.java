package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.store.AggregateKind;
import ai.costauditor.ledger.store.Aggregates;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PoliciesConfiguration {

    @Bean
    CountedPolicies countedPolicies(PolicyTerms terms, Aggregates aggregates) {
        return new CountedPolicies(terms, aggregates);
    }

    /** The counts of the keys need the directory of keys, which needs the store, which needs this: asked for when used. */
    @Bean
    AggregateKind<ScopePolicy> scopePolicies(PolicyTerms terms, ObjectProvider<KeyCounts> counts) {
        KeyCounts later = (scope, changed) -> counts.getObject().of(scope, changed);
        return new AggregateKind<>(ScopePolicy.class, new ScopePolicySnapshots(), List.of(terms, later));
    }

    @Bean(initMethod = "start")
    PolicyTable policyDirectory(DataSource dataSource, EventStore events) {
        PolicyTable table = new PolicyTable(dataSource);
        events.subscribe(table::write);
        return table;
    }
}
