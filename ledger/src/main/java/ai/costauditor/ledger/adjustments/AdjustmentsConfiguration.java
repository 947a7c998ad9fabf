package ai.costauditor.ledger.adjustments;

import ai.costauditor.ledger.Ledger;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdjustmentsConfiguration {

    @Bean
    Adjustments adjustments(ChargedCalls calls, Ledger ledger) {
        return new Adjustments(calls, ledger);
    }
}
