package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the way of a call. */
@Configuration(proxyBeanMethods = false)
public class CallsConfiguration {

    @Bean
    GatewayMeters gatewayMeters(MeterRegistry registry) {
        return new GatewayMeters(registry);
    }

    @Bean
    Settlements settlements(Ledger ledger, PriceCatalogue prices, GatewayMeters meters, GatewaySettings settings) {
        return new Settlements(ledger, prices, meters, settings);
    }

    @Bean
    Metering metering(Settlements settlements, Ledger ledger, GatewaySettings settings) {
        return new Metering(settlements, ledger, settings);
    }

    @Bean
    CallFilter callFilter(
            KeyDirectory keys,
            Providers providers,
            PriceCatalogue prices,
            Ledger ledger,
            Settlements settlements,
            KeySecrets secrets,
            GatewayMeters meters,
            GatewaySettings settings,
            NodeLease node) {
        return new CallFilter(
                keys,
                providers,
                prices,
                ledger,
                settlements,
                new Fingerprint(secrets),
                meters,
                settings,
                InstantSource.system(),
                node::node);
    }
}
