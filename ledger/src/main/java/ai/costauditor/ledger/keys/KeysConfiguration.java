package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.LedgerSettings;
import ai.costauditor.ledger.adjustments.ChargedCalls;
import ai.costauditor.ledger.budgets.KeyCounters;
import ai.costauditor.ledger.budgets.ScopeBudgets;
import ai.costauditor.ledger.periods.ClosedPeriods;
import ai.costauditor.ledger.policies.KeyCounts;
import ai.costauditor.ledger.policies.ScopePolicies;
import ai.costauditor.ledger.store.AggregateKind;
import ai.costauditor.ledger.store.Aggregates;
import ai.costauditor.ledger.store.EventJson;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class KeysConfiguration {

    @Bean
    AggregateKind<VirtualKey> virtualKeys(
            DataSource dataSource, ScopeBudgets scopes, ScopePolicies policies, ClosedPeriods periods) {
        EventJson json = EventJson.create();
        return new AggregateKind<>(
                VirtualKey.class,
                new KeySnapshots(),
                List.of(
                        new RecordedCalls(dataSource, json),
                        new RecordedAdjustments(dataSource, json),
                        scopes,
                        policies,
                        periods));
    }

    @Bean
    ChargedCalls chargedCalls(DataSource dataSource) {
        return new RecordedCalls(dataSource, EventJson.create());
    }

    @Bean
    KeyCounters keysOfScope(KeyDirectory directory, Aggregates aggregates) {
        return new KeysOfScope(directory, aggregates);
    }

    @Bean
    KeyCounts countsOfScope(KeyDirectory directory, Aggregates aggregates) {
        return new CountsOfScope(directory, aggregates);
    }

    @Bean
    KeySecrets keySecrets(LedgerSettings settings) {
        return new KeySecrets(Pepper.from(settings.secrets().pepper()));
    }

    @Bean(initMethod = "start")
    KeyTable keyDirectory(DataSource dataSource, EventStore events, KeySecrets secrets) {
        KeyTable table = new KeyTable(dataSource, secrets);
        events.subscribe(table::write);
        return table;
    }
}
