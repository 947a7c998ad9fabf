package ai.costauditor.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.cache.CacheSettings;
import ai.costauditor.gateway.providers.ProviderSettings;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.usage.Usage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

/** Defaults are a contract: who changes one says so here. And a rule that cannot work keeps the process from starting. */
class RoutingSettingsTest {

    private static final PriceCatalogue NO_PRICES = new PriceCatalogue() {
        @Override
        public Charge charge(String provider, String model, @Nullable String tier, Usage usage, Instant at) {
            return Charge.unpriced();
        }

        @Override
        public Optional<PriceBound> bound(String provider, String model, @Nullable String tier, Instant at) {
            return Optional.empty();
        }

        @Override
        public List<String> models(String provider) {
            return List.of();
        }
    };

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }

    private static Routing routing(String to, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("auditor.routing.routes[0].model", "ours");
        properties.put("auditor.routing.routes[0].to", to);
        MockEnvironment environment = new MockEnvironment()
                .withProperty("OPENAI_API_KEY", "sk")
                .withProperty("ANTHROPIC_API_KEY", "sk")
                .withProperty("GROQ_API_KEY", "sk");
        Providers providers = new Providers(
                environment, new ProviderSettings(Map.of(), new ProviderSettings.Stub(false, null)), NO_PRICES, null);
        return new Routing(
                bind("auditor.routing", RoutingSettings.class, properties),
                providers,
                bind("auditor.gateway", GatewaySettings.class, Map.of()),
                new SimpleMeterRegistry());
    }

    @Test
    void theDefaults() {
        assertThat(bind("auditor.routing", RoutingSettings.class, Map.of()).routes())
                .isEmpty();
        RoutingSettings one = bind(
                "auditor.routing",
                RoutingSettings.class,
                Map.of("auditor.routing.routes[0].model", "ours", "auditor.routing.routes[0].to", "openai/gpt-4o"));
        assertThat(one.routes().getFirst().toString())
                .isEqualTo("Settings[model=ours, to=[openai/gpt-4o], format=null, retries=0, "
                        + "retryOn=[UNREACHABLE, LIMITED, OVERLOADED], backoff=PT0.25S, longestWait=PT5S, "
                        + "timeouts=Timeouts[connect=null, firstByte=null, idle=null, total=null], "
                        + "breaker=Breaker[enabled=false, window=20, failurePercent=50.0, openFor=PT30S, trials=2]]");
        assertThat(bind("auditor.cache", CacheSettings.class, Map.of()).toString())
                .isEqualTo("CacheSettings[size=67108864B, largestAnswer=1048576B, keepFor=PT1H]");
    }

    @Test
    void aCandidateOfAnotherFormatIsAnErrorAtTheStart() {
        assertThatThrownBy(() -> routing("anthropic/claude-sonnet-4-5, openai/gpt-4o", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model ours")
                .hasMessageContaining("openai does not speak");
        // both have a place where they answer in OpenAI's shape
        routing("anthropic/claude-sonnet-4-5, openai/gpt-4o", Map.of("auditor.routing.routes[0].format", "openai"));
    }

    @Test
    void aProviderThatNobodyKnowsIsAnErrorAtTheStart() {
        assertThatThrownBy(() -> routing("nobody/x", Map.of())).hasMessageContaining("there is no provider nobody");
        assertThatThrownBy(() -> routing("openai", Map.of())).hasMessageContaining("'openai' is no provider/model");
    }

    @Test
    void aSilenceThatOutlivesTheHoldIsAnErrorAtTheStart() {
        for (String name : new String[] {"first-byte", "idle"}) {
            assertThatThrownBy(
                            () -> routing("openai/gpt-4o", Map.of("auditor.routing.routes[0].timeouts." + name, "20m")))
                    .hasMessageContaining(name)
                    .hasMessageContaining("hold-for");
        }
    }

    @Test
    void aRequestOfAnotherFormatThanTheRoutesIsRefused() {
        Routing routing = routing("openai/gpt-4o, groq/openai/gpt-oss-120b", Map.of());
        assertThat(routing.of("ours", ErrorShape.OPENAI, 0)).isPresent();
        assertThat(routing.of("theirs", ErrorShape.OPENAI, 0)).isEmpty();
        assertThatThrownBy(() -> routing.of("ours", ErrorShape.ANTHROPIC, 0)).isInstanceOf(BadRequest.class);
    }
}
