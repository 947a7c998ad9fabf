package ai.costauditor.projections;

import ai.costauditor.ledger.LedgerConfiguration;
import ai.costauditor.ledger.adjustments.ChargedCalls;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.projections.budgets.BudgetCounters;
import ai.costauditor.projections.keys.KeyUse;
import ai.costauditor.projections.policies.DryRun;
import ai.costauditor.projections.prices.UnpricedCalls;
import ai.costauditor.projections.prices.WhenPriceArrivesThenRerate;
import ai.costauditor.projections.usage.Adjustments;
import ai.costauditor.projections.usage.Calls;
import ai.costauditor.projections.usage.Spend;
import ai.costauditor.projections.waste.RepeatedPrompts;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The read models. Any process may read them; only one with the role {@code projections} writes them, and of several
 * such processes one at a time, because the reader's position is claimed by its owner.
 */
@AutoConfiguration(
        after = LedgerConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
        beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
public class ProjectionsConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Progress progress(JdbcClient database, Clock clock) {
        return new Progress(database, clock);
    }

    @Bean
    Calls calls(JdbcClient database) {
        return new Calls(database);
    }

    @Bean
    Adjustments adjustmentLog(JdbcClient database) {
        return new Adjustments(database);
    }

    @Bean
    Spend spend(JdbcClient database) {
        return new Spend(database);
    }

    @Bean
    BudgetCounters budgetCounters(JdbcClient database) {
        return new BudgetCounters(database);
    }

    @Bean
    RepeatedPrompts repeatedPrompts(JdbcClient database) {
        return new RepeatedPrompts(database);
    }

    @Bean
    UnpricedCalls unpricedCalls(JdbcClient database) {
        return new UnpricedCalls(database);
    }

    @Bean
    DryRun dryRun(JdbcClient database) {
        return new DryRun(database);
    }

    @Bean
    KeyUse keyUse(JdbcClient database) {
        return new KeyUse(database);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnExpression("'${auditor.roles:gateway,api,projections}'.contains('projections')")
    @ComponentScan(
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Projection.class))
    static class Writers {

        /** Calls are short: most of them begin and end in one batch, and are written once. */
        private static final int BATCH = 1_000;

        /**
         * An event that cannot be written is not skipped: the read models stop there and try again, their lag grows, and an
         * alert on the lag calls a person.
         */
        @Autowired
        void configure(
                EventProcessingConfigurer processors,
                EventStorageEngine record,
                ReadModels readModels,
                DataSource dataSource) {
            // Named here and not looked up: without a transaction the position would be stored although the rows are
            // not.
            TransactionManager transactions = new SpringTransactionManager(new JdbcTransactionManager(dataSource));
            processors.registerEventHandler(configuration -> readModels);
            processors.usingPooledStreamingEventProcessors((configuration, builder) -> builder.initialSegmentCount(1)
                    .messageSource(new RecordSource(record))
                    .batchSize(BATCH)
                    .initialToken(StreamableMessageSource::createTailToken)
                    .transactionManager(transactions));
            processors.registerDefaultListenerInvocationErrorHandler(
                    configuration -> PropagatingErrorHandler.instance());
        }

        @Bean
        static ReadModels readModels(JdbcClient database, List<Projection<?>> projections) {
            return new ReadModels(database, projections);
        }

        @Bean(initMethod = "start")
        WhenPriceArrivesThenRerate rerating(
                UnpricedCalls unpriced,
                PriceBooks books,
                ChargedCalls recorded,
                ai.costauditor.ledger.adjustments.Adjustments adjustments,
                Clock clock) {
            return new WhenPriceArrivesThenRerate(unpriced, books, recorded, adjustments, clock);
        }

        @Bean
        Rebuild rebuild(EventProcessingConfiguration processors) {
            return new Rebuild(processors);
        }

        @Bean
        ProjectionMeters projectionMeters(Progress progress, ReadModels readModels) {
            return new ProjectionMeters(progress, readModels);
        }
    }
}
