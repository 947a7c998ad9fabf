package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetCommand.TellBalances;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.store.AggregateKind;
import ai.costauditor.ledger.store.Aggregates;
import ai.costauditor.ledger.store.TermsInUse;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class BudgetsConfiguration {

    @Bean
    LimitedScopes limitedScopes(
            DataSource dataSource, TermsInUse terms, Aggregates aggregates, ObjectProvider<KeyCounters> keys) {
        return new LimitedScopes(dataSource, terms, aggregates, keys::getObject);
    }

    @Bean
    Subscription limitedScopesDirectory(EventStore events, LimitedScopes scopes) {
        return new Subscription(events.subscribe(scopes::write));
    }

    /** The store serves the kinds and is needed to subscribe, so the two are apart. */
    record Subscription(org.axonframework.common.Registration registration) {}

    @Bean
    AggregateKind<Budget> budgets(LimitedScopes scopes) {
        return new AggregateKind<>(Budget.class, new BudgetSnapshots(), List.of(scopes));
    }

    @Bean
    Balances balances(Ledger ledger) {
        return new Balances() {
            @Override
            public List<BudgetBalance> ofKey(KeyId key, Instant at) {
                return ledger.execute(new KeyCommand.TellBalances(key, at));
            }

            @Override
            public List<BudgetBalance> ofScope(Scope scope, Instant at) {
                try {
                    return ledger.execute(new TellBalances(scope, at));
                } catch (RuleViolated e) {
                    if (e.code() == RuleViolated.Code.NOT_FOUND) {
                        return List.of();
                    }
                    throw e;
                }
            }
        };
    }
}
