package ai.costauditor.ledger.pricing;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The prices that are shipped. */
@Configuration(proxyBeanMethods = false)
public class PricingConfiguration {

    @Bean
    PriceCatalogue priceCatalogue() {
        return DatedPriceCatalogue.shipped();
    }
}
