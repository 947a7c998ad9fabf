package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.serialization.Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Wires Axon over PostgreSQL; the reasons are in the decision records 2 and 3. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    @Primary
    Serializer serializer() {
        return EventJson.forTokens();
    }

    @Bean
    @Qualifier("eventSerializer") EventJson eventSerializer(List<AggregateKind<?>> kinds) {
        return EventJson.create(kinds.stream()
                .map(AggregateKind::snapshots)
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(AggregateKind.Snapshots::name, AggregateKind.Snapshots::format)));
    }

    @Bean
    ConnectionProvider ledgerConnections(DataSource dataSource) {
        return new SpringDataSourceConnectionProvider(dataSource);
    }

    /** Not a bean of Spring's type, so that the read models may bring their own (JPA's joins it on one data source). */
    @Bean
    LedgerTransactions ledgerTransactions(DataSource dataSource) {
        return new LedgerTransactions(new SpringTransactionManager(new JdbcTransactionManager(dataSource)));
    }

    record LedgerTransactions(TransactionManager manager) {}

    @Bean
    EventStorageEngine eventStorage(
            ConnectionProvider connections, LedgerTransactions transactions, EventJson eventSerializer) {
        return JsonTextEventStorage.create(connections, transactions.manager(), eventSerializer);
    }

    @Bean
    TokenStore tokenStore(ConnectionProvider connections, Serializer serializer) {
        return JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(serializer)
                .contentType(String.class)
                .schema(TokenSchema.builder()
                        .setTokenTable("reader_token")
                        .setProcessorNameColumn("processor")
                        .setSegmentColumn("segment")
                        .setTokenColumn("token")
                        .setTokenTypeColumn("token_type")
                        .setTimestampColumn("claimed_at")
                        .setOwnerColumn("owner")
                        .build())
                .build();
    }

    @Bean
    TermsInUse termsInUse(DataSource dataSource) {
        return new TermsInUse(dataSource);
    }

    @Bean
    Aggregates aggregates() {
        return new Aggregates();
    }

    @Bean(initMethod = "start")
    GroupCommit ledger(
            EventStore events,
            List<AggregateKind<?>> kinds,
            Aggregates aggregates,
            List<EndOfBatch> endOfBatch,
            LedgerTransactions transactions,
            DataSource dataSource,
            LedgerSettings settings,
            ObjectProvider<MeterRegistry> meters) {
        CommandBus decisions = SimpleCommandBus.builder().build();
        List<CachedAggregates<?>> repositories = kinds.stream()
                .<CachedAggregates<?>>map(kind -> register(kind, events, settings.ledger(), decisions, aggregates))
                .toList();
        return new GroupCommit(
                decisions,
                repositories,
                endOfBatch,
                transactions.manager(),
                dataSource,
                new CommitMeters(meters.getIfAvailable(SimpleMeterRegistry::new)));
    }

    private static <T> CachedAggregates<T> register(
            AggregateKind<T> kind,
            EventStore events,
            LedgerSettings.Ledger settings,
            CommandBus decisions,
            Aggregates all) {
        CachedAggregates<T> aggregates = new CachedAggregates<>(kind, events, settings);
        all.add(kind.type(), aggregates);
        AggregateAnnotationCommandHandler.<T>builder()
                .aggregateType(kind.type())
                .aggregateModel(aggregates.model())
                .repository(aggregates)
                .commandTargetResolver(
                        message -> new VersionedAggregateIdentifier(((Command<?>) message.getPayload()).stream(), null))
                .build()
                .subscribe(decisions);
        return aggregates;
    }
}
