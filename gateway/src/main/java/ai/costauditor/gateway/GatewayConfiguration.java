package ai.costauditor.gateway;

import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.CallsConfiguration;
import ai.costauditor.gateway.calls.Metering;
import ai.costauditor.gateway.models.ModelList;
import ai.costauditor.gateway.providers.ProviderSettings;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.upstream.CleanRequestHeaders;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.gateway.upstream.UpstreamExchange;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The gateway, in processes of that role. */
@AutoConfiguration(
        beforeName = "org.springframework.cloud.gateway.server.mvc.GatewayServerMvcAutoConfiguration",
        afterName = "ai.costauditor.ledger.LedgerConfiguration")
@EnableConfigurationProperties({GatewaySettings.class, ProviderSettings.class})
@Import(CallsConfiguration.class)
public class GatewayConfiguration {

    @Bean
    Providers providers(
            Environment environment,
            ProviderSettings settings,
            PriceCatalogue prices,
            @Value("${auditor.stub.url:}") String stub) {
        return new Providers(environment, settings, prices, stub.isBlank() ? null : URI.create(stub));
    }

    @Bean
    UpstreamClient upstreamClient(GatewaySettings settings) {
        return new UpstreamClient(settings);
    }

    @Bean
    UpstreamExchange proxyExchange(UpstreamClient client, Metering metering) {
        return new UpstreamExchange(client, metering);
    }

    @Bean
    CleanRequestHeaders cleanRequestHeaders() {
        return new CleanRequestHeaders();
    }

    @Bean
    ModelList modelList(KeyDirectory keys, Providers providers, PriceCatalogue prices) {
        return new ModelList(keys, providers, prices);
    }

    @Bean
    RouterFunction<ServerResponse> dataPlane(CallFilter calls, ModelList models, Providers providers) {
        return GatewayRoutes.of(calls, models, providers);
    }
}
