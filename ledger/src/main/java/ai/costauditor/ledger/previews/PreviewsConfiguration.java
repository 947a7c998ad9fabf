package ai.costauditor.ledger.previews;

import ai.costauditor.ledger.LedgerSettings;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PreviewsConfiguration {

    @Bean
    PreviewVault previewVault(DataSource dataSource, EventStore events, LedgerSettings settings) {
        SubjectKeys keys = new SubjectKeys(dataSource, settings.secrets().previewKey());
        events.subscribe(keys::write);
        return new PreviewVault(dataSource, keys);
    }
}
