package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.store.AggregateKind;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The prices that are shipped, and what organisations pay instead. */
@Configuration(proxyBeanMethods = false)
public class PricingConfiguration {

    @Bean
    DatedPriceCatalogue priceCatalogue() {
        return DatedPriceCatalogue.shipped();
    }

    @Bean
    PlausiblePrices plausiblePrices(DatedPriceCatalogue shipped) {
        return new PlausiblePrices(shipped);
    }

    @Bean
    AggregateKind<PriceBook> pricesOfOrganisations(PlausiblePrices plausible) {
        return new AggregateKind<>(PriceBook.class, null, List.of(plausible));
    }

    @Bean(initMethod = "start")
    PriceBookTable priceBooks(DataSource dataSource, EventStore events, DatedPriceCatalogue shipped) {
        PriceBookTable table = new PriceBookTable(dataSource, shipped);
        events.subscribe(table::write);
        return table;
    }
}
