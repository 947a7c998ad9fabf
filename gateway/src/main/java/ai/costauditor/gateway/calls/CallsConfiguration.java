package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.upstream.UpstreamClient;
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
    Deadlines gatewayDeadlines() {
        return new Deadlines();
    }

    @Bean
    OpenStreams openStreams(Deadlines deadlines, GatewaySettings settings) {
        return new OpenStreams(deadlines, settings);
    }

    @Bean
    Forwarding forwarding(
            UpstreamClient client,
            Settlements settlements,
            GatewayMeters meters,
            GatewaySettings settings,
            Deadlines deadlines,
            OpenStreams open) {
        return new Forwarding(client, settlements, new Delivery(settlements, meters, settings, deadlines, open));
    }

    @Bean
    CallFilter callFilter(
            KeyDirectory keys,
            Providers providers,
            Ledger ledger,
            PriceCatalogue prices,
            KeySecrets secrets,
            NodeLease lease,
            GatewayMeters meters,
            GatewaySettings settings) {
        return new CallFilter(
                new Reception(keys, providers, settings),
                new Authorisations(ledger, prices, new Fingerprint(secrets), lease, meters, settings),
                meters,
                InstantSource.system());
    }
}
