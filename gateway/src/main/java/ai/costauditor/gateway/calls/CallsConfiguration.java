package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.charges.Charging;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.routing.Routing;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.unfinished.ProviderFiles;
import ai.costauditor.gateway.unfinished.Unfinished;
import ai.costauditor.gateway.unfinished.UnfinishedSettings;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.previews.PreviewVault;
import ai.costauditor.ledger.pricing.PriceBooks;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.InstantSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Wires the way of a call. */
@Configuration(proxyBeanMethods = false)
public class CallsConfiguration {

    /** What the server would add to an answer is included in it, as it calls this. */
    @Bean
    FilterRegistrationBean<NothingAfterABreak> nothingAfterABreak() {
        FilterRegistrationBean<NothingAfterABreak> filter = new FilterRegistrationBean<>(new NothingAfterABreak());
        filter.setDispatcherTypes(DispatcherType.INCLUDE);
        return filter;
    }

    @Bean
    Capacity capacity(GatewaySettings settings) {
        return Capacity.of(settings);
    }

    /** Around everything else, so that a call has its place until nothing of it is left. */
    @Bean
    FilterRegistrationBean<OpenCalls> openCalls(Capacity capacity) {
        FilterRegistrationBean<OpenCalls> filter = new FilterRegistrationBean<>(new OpenCalls(capacity));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    GatewayMeters gatewayMeters(MeterRegistry registry) {
        return new GatewayMeters(registry);
    }

    @Bean
    Settlements settlements(Ledger ledger, Charging charging, GatewayMeters meters, GatewaySettings settings) {
        return new Settlements(ledger, charging, meters, settings);
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
    LivingHolds livingHolds(Ledger ledger, GatewaySettings settings, Deadlines deadlines) {
        return new LivingHolds(ledger, settings, deadlines);
    }

    @Bean
    Repeats repeats(ResponseCache cache, StoredObjects objects, Settlements settlements, GatewayMeters meters) {
        return new Repeats(cache, objects, settlements, meters);
    }

    @Bean
    Authorisations authorisations(
            Ledger ledger,
            PriceBooks prices,
            KeySecrets secrets,
            NodeLease lease,
            PreviewVault previews,
            GatewayMeters meters,
            GatewaySettings settings,
            UnfinishedSettings unfinished) {
        return new Authorisations(
                ledger, prices, new Fingerprint(secrets), lease, previews, meters, settings, unfinished);
    }

    @Bean
    Forwarding forwarding(
            UpstreamClient client,
            Authorisations authorisations,
            Settlements settlements,
            Repeats repeats,
            StoredObjects objects,
            Unfinished unfinished,
            LivingHolds holds,
            GatewayMeters meters,
            GatewaySettings settings,
            Deadlines deadlines,
            OpenStreams open) {
        StoredAnswers stored = new StoredAnswers(objects, unfinished);
        Delivery delivery = new Delivery(settlements, stored, repeats, meters, settings, deadlines, open, holds);
        return new Forwarding(
                client, new Fallbacks(authorisations, settlements, meters), settlements, holds, delivery, meters);
    }

    @Bean
    References references(StoredObjects objects) {
        return new References(objects);
    }

    @Bean
    Reception reception(
            KeyDirectory keys,
            PolicyDirectory policies,
            Providers providers,
            Routing routing,
            References references,
            GatewaySettings settings) {
        return new Reception(keys, policies, providers, routing, references, settings);
    }

    @Bean
    CallFilter callFilter(Reception reception, Authorisations authorisations, Repeats repeats, GatewayMeters meters) {
        return new CallFilter(reception, authorisations, repeats, meters, InstantSource.system());
    }

    @Bean
    StoredCalls storedCalls(
            CallFilter calls,
            Reception reception,
            Providers providers,
            PriceBooks prices,
            StoredObjects objects,
            References references,
            ProviderFiles files,
            Unfinished unfinished,
            UnfinishedSettings settings) {
        return new StoredCalls(
                calls,
                reception,
                new StoredReception(objects, providers, settings),
                new BatchBounds(files, prices, references),
                unfinished);
    }

    @Bean
    StoredList storedList(KeyDirectory keys, StoredObjects objects) {
        return new StoredList(keys, objects);
    }
}
