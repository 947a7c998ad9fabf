package ai.costauditor.gateway;

import ai.costauditor.gateway.cache.CacheSettings;
import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.CallsConfiguration;
import ai.costauditor.gateway.calls.Capacity;
import ai.costauditor.gateway.calls.Forwarding;
import ai.costauditor.gateway.calls.StoredCalls;
import ai.costauditor.gateway.calls.StoredList;
import ai.costauditor.gateway.models.ModelList;
import ai.costauditor.gateway.providers.ProviderSettings;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.routing.Routing;
import ai.costauditor.gateway.routing.RoutingSettings;
import ai.costauditor.gateway.stub.StubProvider;
import ai.costauditor.gateway.unfinished.UnfinishedConfiguration;
import ai.costauditor.gateway.unfinished.UnfinishedSettings;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.Map;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The data plane, in processes of that role. */
@AutoConfiguration(afterName = "ai.costauditor.ledger.LedgerConfiguration")
@ConditionalOnExpression("'${auditor.roles:gateway,api,projections}'.contains('gateway')")
@EnableConfigurationProperties({
    GatewaySettings.class,
    ProviderSettings.class,
    UnfinishedSettings.class,
    RoutingSettings.class,
    CacheSettings.class
})
@Import({CallsConfiguration.class, UnfinishedConfiguration.class})
public class GatewayConfiguration {

    /** In development only: who has no key yet gets answers that cost nothing. */
    @Bean
    @ConditionalOnProperty("auditor.stub.enabled")
    StubProvider stubProvider() {
        return StubProvider.start(0);
    }

    @Bean
    Providers providers(
            ConfigurableEnvironment environment,
            ProviderSettings settings,
            PriceCatalogue prices,
            ObjectProvider<StubProvider> stub) {
        StubProvider running = stub.getIfAvailable();
        URI elsewhere = settings.stub().url();
        URI url = elsewhere != null || running == null ? elsewhere : running.uri();
        Providers providers = new Providers(environment, settings, prices, url);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("stub", Map.of("auditor.stub.providers", providers.stubbed())));
        return providers;
    }

    @Bean
    Routing routing(RoutingSettings settings, Providers providers, GatewaySettings gateway, MeterRegistry meters) {
        return new Routing(settings, providers, gateway, meters);
    }

    @Bean
    ResponseCache responseCache(CacheSettings settings) {
        return new ResponseCache(settings);
    }

    /** A model of Bedrock may be a resource name with a slash in it, which its SDKs escape; Tomcat would refuse that. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> escapedSlashes() {
        return server -> server.addConnectorCustomizers(
                connector -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }

    /** No more connections than there can be files, whatever was configured: above that, nobody would even be refused. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> leanConnections(Capacity capacity) {
        return server -> {
            server.setProtocol(LeanHttp11Protocol.class.getName());
            server.addProtocolHandlerCustomizers((LeanHttp11Protocol protocol) ->
                    protocol.setMaxConnections(Math.min(protocol.getMaxConnections(), capacity.connections())));
        };
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadableRequests(Providers providers) {
        return server -> server.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new UnreadableRequests(providers)));
    }

    @Bean
    UpstreamClient upstreamClient(GatewaySettings settings) {
        return new UpstreamClient(settings);
    }

    @Bean
    ModelList modelList(
            KeyDirectory keys, PolicyDirectory policies, Providers providers, Routing routing, PriceBooks prices) {
        return new ModelList(keys, policies, providers, routing, prices);
    }

    @Bean
    RouterFunction<ServerResponse> dataPlane(
            CallFilter calls,
            Forwarding forward,
            ModelList models,
            Providers providers,
            StoredCalls stored,
            StoredList lists) {
        return GatewayRoutes.of(calls, forward, models, providers, stored, lists);
    }
}
