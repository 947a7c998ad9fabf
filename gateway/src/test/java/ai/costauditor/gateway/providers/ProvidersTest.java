package ai.costauditor.gateway.providers;

import static ai.costauditor.gateway.wire.ErrorShape.ANTHROPIC;
import static ai.costauditor.gateway.wire.ErrorShape.GEMINI;
import static ai.costauditor.gateway.wire.ErrorShape.OPENAI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class ProvidersTest {

    /** Only Together and Bedrock list models here. */
    private static final PriceCatalogue PRICES = new PriceCatalogue() {
        @Override
        public Charge charge(String provider, String model, @Nullable String tier, Usage usage, Instant at) {
            return Charge.unpriced();
        }

        @Override
        public Optional<PriceBound> bound(String provider, String model, @Nullable String tier, Instant at) {
            return "together".equals(provider) && model.startsWith("meta-llama/")
                            || "bedrock".equals(provider) && model.startsWith("amazon.")
                    ? Optional.of(new PriceBound(BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ZERO, 1, 1, "v", List.of()))
                    : Optional.empty();
        }

        @Override
        public List<String> models(String provider) {
            return List.of();
        }
    };

    private static Providers providers(MockEnvironment environment, @Nullable URI stub) {
        return new Providers(
                environment, new ProviderSettings(Map.of(), new ProviderSettings.Stub(false, null)), PRICES, stub);
    }

    private static Provider named(Providers providers, String name) {
        return providers.all().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:1,http://host:1/v1",
        "http://host:1/,http://host:1/v1",
        "http://host:1/v1,http://host:1/v1",
        "http://host:1/v1/,http://host:1/v1",
        "http://host:1/openai/v1,http://host:1/openai/v1"
    })
    void aBaseUrlMayOrMayNotEndInTheVersion(String baseUrl, String root) {
        MockEnvironment environment =
                new MockEnvironment().withProperty("GROQ_API_KEY", "k").withProperty("GROQ_BASE_URL", baseUrl);
        assertThat(named(providers(environment, null), "groq").root()).isEqualTo(URI.create(root));
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:1,http://host:1/v1beta",
        "http://host:1/v1beta/,http://host:1/v1beta",
        "https://host/proxy/v1beta,https://host/proxy/v1beta"
    })
    void geminisBaseUrlMayOrMayNotEndInItsVersionAndOpenAisShapeIsElsewhere(String baseUrl, String root) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("GEMINI_API_KEY", "k")
                .withProperty("GOOGLE_GEMINI_BASE_URL", baseUrl);
        Provider gemini = named(providers(environment, null), "gemini");
        assertThat(gemini.root(GEMINI)).isEqualTo(root);
        assertThat(gemini.root(OPENAI)).isEqualTo(root + "/openai");
    }

    @Test
    void aProviderWithoutAKeyIsServedByTheStubOnlyWhereThereIsOne() {
        MockEnvironment environment = new MockEnvironment().withProperty("OPENAI_API_KEY", "k");
        assertThat(named(providers(environment, null), "anthropic").isConfigured())
                .isFalse();

        Providers dev = providers(environment, URI.create("http://127.0.0.1:9"));
        assertThat(named(dev, "anthropic").served()).isEqualTo("stub");
        assertThat(named(dev, "anthropic").root()).isEqualTo(URI.create("http://127.0.0.1:9/v1"));
        assertThat(named(dev, "openai").served()).isEqualTo("openai");
        assertThat(dev.stubbed()).contains("anthropic").doesNotContain("openai");
    }

    @Test
    void aKeyMayStandInAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "sk-file\n");
        MockEnvironment environment = new MockEnvironment().withProperty("OPENAI_API_KEY_FILE", file.toString());
        assertThat(named(providers(environment, null), "openai").credential())
                .isEqualTo(new Credential.ApiKey("sk-file"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://ours.openai.azure.com",
        "https://ours.openai.azure.com/",
        "https://ours.openai.azure.com/openai",
        "https://ours.openai.azure.com/openai/v1/"
    })
    void anEndpointOfAzureMayOrMayNotHaveAPath(String endpoint) {
        MockEnvironment environment = new MockEnvironment().withProperty("AZURE_OPENAI_API_KEY", "k");
        assertThat(named(providers(environment, null), "azure").isConfigured())
                .as("a key without an endpoint")
                .isFalse();
        Provider azure = named(providers(environment.withProperty("AZURE_OPENAI_ENDPOINT", endpoint), null), "azure");
        assertThat(azure.root()).isEqualTo(URI.create("https://ours.openai.azure.com/openai/v1"));
        assertThat(azure.withoutVersion().root()).isEqualTo(URI.create("https://ours.openai.azure.com/openai"));
    }

    @Test
    void bedrockIsReachedInItsRegionOrWhereItIsSaid() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("AWS_ACCESS_KEY_ID", "id")
                .withProperty("AWS_SECRET_ACCESS_KEY", "s");
        assertThat(named(providers(environment, null), "bedrock").isConfigured())
                .as("keys without a region")
                .isFalse();
        environment.withProperty("AWS_REGION", "eu-central-1");
        Provider bedrock = named(providers(environment, null), "bedrock");
        assertThat(bedrock.root()).isEqualTo(URI.create("https://bedrock-runtime.eu-central-1.amazonaws.com"));
        assertThat(bedrock.credential()).isEqualTo(new Credential.AwsKeys("id", "s", null, "eu-central-1"));
        environment
                .withProperty("AWS_SESSION_TOKEN", "t")
                .withProperty("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://vpce-1.example/");
        bedrock = named(providers(environment, null), "bedrock");
        assertThat(bedrock.root()).isEqualTo(URI.create("https://vpce-1.example"));
        assertThat(bedrock.credential()).isEqualTo(new Credential.AwsKeys("id", "s", "t", "eu-central-1"));
        assertThat(bedrock.credential()).hasToString("keys of Amazon for eu-central-1");

        environment.withProperty("AWS_REGION", "evil.example/#");
        assertThatThrownBy(() -> providers(environment, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aModelThatOnlyBedrockListsDoesNotGoThereInAnotherShape() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("AWS_ACCESS_KEY_ID", "id")
                .withProperty("AWS_SECRET_ACCESS_KEY", "s")
                .withProperty("AWS_REGION", "us-east-1");
        assertThat(providers(environment, null)
                        .choose("amazon.nova-lite-v1:0", OPENAI)
                        .provider()
                        .name())
                .isEqualTo("openai");
    }

    @Test
    void aKeyIsNeverPartOfAText() {
        Provider provider =
                named(providers(new MockEnvironment().withProperty("OPENAI_API_KEY", "sk-secret"), null), "openai");
        assertThat(provider + " " + provider.credential()).doesNotContain("sk-secret");
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o,openai,gpt-4o",
        "o3-mini,openai,o3-mini",
        "text-embedding-3-small,openai,text-embedding-3-small",
        "claude-sonnet-4-5,anthropic,claude-sonnet-4-5",
        "groq/llama-3.3-70b-versatile,groq,llama-3.3-70b-versatile",
        "openrouter/openai/gpt-4o,openrouter,openai/gpt-4o",
        "meta-llama/Llama-3-8b,together,meta-llama/Llama-3-8b",
        "never-heard-of,openai,never-heard-of",
        "grok-4,xai,grok-4",
        "gemini-2.5-flash,gemini,gemini-2.5-flash",
        "gemini/gemini-2.5-flash,gemini,gemini-2.5-flash",
        "models/gemini-2.5-flash,gemini,models/gemini-2.5-flash"
    })
    void aModelFindsItsProvider(String model, String provider, String name) {
        MockEnvironment environment =
                new MockEnvironment().withProperty("OPENAI_API_KEY", "k").withProperty("TOGETHER_API_KEY", "k");
        Providers.Choice choice = providers(environment, null).choose(model, OPENAI);
        assertThat(choice.provider().name()).isEqualTo(provider);
        assertThat(choice.model()).isEqualTo(name);
    }

    @Test
    void anthropicsFormatIsForThoseWhoSpeakIt() {
        Providers providers = providers(new MockEnvironment().withProperty("OPENAI_API_KEY", "k"), null);
        assertThat(providers.choose("never-heard-of", ANTHROPIC).provider().name())
                .isEqualTo("anthropic");
        assertThatThrownBy(() -> providers.choose("gpt-4o", ANTHROPIC)).isInstanceOf(BadRequest.class);
    }
}
