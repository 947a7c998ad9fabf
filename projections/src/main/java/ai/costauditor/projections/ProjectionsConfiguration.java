package ai.costauditor.projections;

import ai.costauditor.ledger.LedgerConfiguration;
import ai.costauditor.projections.budgets.BudgetCounters;
import ai.costauditor.projections.keys.KeyUse;
import ai.costauditor.projections.usage.Calls;
import ai.costauditor.projections.usage.Spend;
import ai.costauditor.projections.waste.RepeatedPrompts;
import java.time.Clock;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The read models. Any process may read them; only one with the role {@code projections} writes them, and of several
 * such processes one at a time, because a reader's position is claimed by its owner.
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
    KeyUse keyUse(JdbcClient database) {
        return new KeyUse(database);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnExpression("'${auditor.roles:gateway,api,projections}'.contains('projections')")
    @ComponentScan(
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.ANNOTATION, classes = ProcessingGroup.class))
    static class Writers {

        private static final int BATCH = 500;

        /**
         * One reader per projection. An event that cannot be written is not skipped: its projection stops there and
         * tries again, its lag grows, and an alert on the lag calls a person.
         */
        @Autowired
        void configure(EventProcessingConfigurer processors) {
            processors.usingPooledStreamingEventProcessors((configuration, builder) ->
                    builder.initialSegmentCount(1).batchSize(BATCH).initialToken(source -> source.createTailToken()));
            processors.registerDefaultListenerInvocationErrorHandler(
                    configuration -> PropagatingErrorHandler.instance());
        }

        @Bean
        Rebuild rebuild(org.axonframework.config.EventProcessingConfiguration processors) {
            return new Rebuild(processors);
        }

        @Bean
        ProjectionMeters projectionMeters(
                Progress progress, org.axonframework.config.EventProcessingConfiguration processors) {
            return new ProjectionMeters(progress, processors);
        }
    }
}
