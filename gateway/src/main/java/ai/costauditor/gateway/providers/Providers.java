package ai.costauditor.gateway.providers;

import static ai.costauditor.gateway.providers.Provider.STUB;

import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** The providers of this process, and which of them serves a model that the caller names without one. */
public final class Providers {

    /** First parts of paths that are taken. */
    private static final Set<String> RESERVED = Set.of("api", "v1", "assets", "oauth2", "actuator");

    private static final List<Map.Entry<String, String>> BY_PREFIX = List.of(
            Map.entry("stub", STUB),
            Map.entry("claude", "anthropic"),
            Map.entry("gpt-oss", "groq"),
            Map.entry("gpt-", "openai"),
            Map.entry("ft:gpt-", "openai"),
            Map.entry("o1", "openai"),
            Map.entry("o3", "openai"),
            Map.entry("o4", "openai"),
            Map.entry("chatgpt-", "openai"),
            Map.entry("codex-", "openai"),
            Map.entry("text-embedding", "openai"),
            Map.entry("dall-e", "openai"),
            Map.entry("whisper-1", "openai"),
            Map.entry("tts-1", "openai"),
            Map.entry("omni-moderation", "openai"),
            Map.entry("text-moderation", "openai"),
            Map.entry("mistral", "mistral"),
            Map.entry("magistral", "mistral"),
            Map.entry("codestral", "mistral"),
            Map.entry("devstral", "mistral"),
            Map.entry("ministral", "mistral"),
            Map.entry("pixtral", "mistral"),
            Map.entry("open-mi", "mistral"),
            Map.entry("accounts/fireworks/", "fireworks"),
            Map.entry("deepseek", "deepseek"),
            Map.entry("grok", "xai"),
            Map.entry("gemini", "gemini"),
            Map.entry("models/gemini", "gemini"));

    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final PriceCatalogue prices;
    private final @Nullable URI stub;

    /** @param stub where providers without a key are served; none in production */
    public Providers(Environment environment, ProviderSettings settings, PriceCatalogue prices, @Nullable URI stub) {
        this.prices = prices;
        this.stub = stub;
        for (KnownProvider known : KnownProvider.ALL) {
            add(known(known, environment, settings.providers().get(known.name())));
        }
        CloudProviders clouds = new CloudProviders(environment, settings.providers(), stub);
        add(clouds.azure());
        add(clouds.bedrock());
        settings.providers().forEach((name, own) -> {
            if (!providers.containsKey(name)) {
                add(configured(name, own));
            }
        });
        if (stub != null) {
            add(provider(STUB, ErrorShape.OPENAI, stub.toString(), null, true, Map.of()));
        }
    }

    private void add(Provider provider) {
        providers.put(provider.name(), provider);
    }

    private Provider known(KnownProvider known, Environment environment, ProviderSettings.@Nullable Settings own) {
        String key = firstOf(
                own == null ? null : keyOf(own),
                environment.getProperty(known.prefix() + "_API_KEY"),
                read(environment.getProperty(known.prefix() + "_API_KEY_FILE")));
        String base = firstOf(own == null ? null : own.baseUrl(), environment.getProperty(known.baseUrlVariable()));
        boolean asks = own == null || own.asksForUsage() == null ? known.asksForUsage() : own.asksForUsage();
        Map<String, String> models = own == null ? Map.of() : own.models();
        return provider(known.name(), known.family(), base == null ? known.baseUrl() : base, key, asks, models)
                .reranking(own == null ? null : own.rerankPath());
    }

    private Provider configured(String name, ProviderSettings.Settings own) {
        String base = own.baseUrl();
        if (base == null || !name.matches("[a-z][a-z0-9-]{0,31}") || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "auditor.providers." + name + " needs a base-url, and a name that is free and plain");
        }
        if (own.family() == ErrorShape.BEDROCK) {
            throw new IllegalArgumentException(
                    "auditor.providers." + name + " cannot be another Bedrock: its settings are those of AWS_…");
        }
        return provider(
                        name,
                        own.family() == null ? ErrorShape.OPENAI : own.family(),
                        base,
                        keyOf(own),
                        own.asksForUsage() == null || own.asksForUsage(),
                        own.models())
                .reranking(own.rerankPath());
    }

    private Provider provider(
            String name,
            ErrorShape family,
            String base,
            @Nullable String key,
            boolean asksForUsage,
            Map<String, String> models) {
        Credential credential = key == null ? null : new Credential.ApiKey(key);
        return credential == null && stub != null
                ? new Provider(
                        name,
                        family,
                        withVersion(stub.toString(), family),
                        new Credential.ApiKey(STUB),
                        asksForUsage,
                        STUB,
                        models)
                : new Provider(name, family, withVersion(base, family), credential, asksForUsage, name, models);
    }

    static @Nullable String keyOf(ProviderSettings.Settings own) {
        return firstOf(own.apiKey(), read(own.apiKeyFile()));
    }

    static @Nullable String read(@Nullable String file) {
        try {
            return file == null ? null : Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the provider's key cannot be read from " + file, e);
        }
    }

    static @Nullable String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate.strip();
            }
        }
        return null;
    }

    /** SDKs differ in whether their base URL ends in the version. */
    private static URI withVersion(String baseUrl, ErrorShape family) {
        String base = baseUrl.replaceAll("/+$", "");
        String version = family == ErrorShape.GEMINI ? "/v1beta" : "/v1";
        return URI.create(base.endsWith(version) ? base : base + version);
    }

    /** By our name of it; none if it is configured no longer. */
    public @Nullable Provider named(String name) {
        return providers.get(name);
    }

    public Collection<Provider> all() {
        return providers.values();
    }

    /** Names of the providers whose answers are made up, joined by commas. */
    public String stubbed() {
        return providers.values().stream()
                .filter(provider ->
                        provider.served().equals(STUB) && !provider.name().equals(STUB))
                .map(Provider::name)
                .collect(Collectors.joining(","));
    }

    /** A model and who serves it, {@code provider/model} taken apart. */
    public record Choice(Provider provider, String model) {}

    /**
     * @param family of the format that the caller speaks
     * @throws BadRequest if the model's provider speaks another: we route, we do not translate
     */
    public Choice choose(String model, ErrorShape family) {
        int slash = model.indexOf('/');
        Provider prefixed = slash > 0 ? providers.get(model.substring(0, slash)) : null;
        Choice choice = prefixed != null
                ? new Choice(prefixed, model.substring(slash + 1))
                : new Choice(serving(model, family), model);
        if (!choice.provider.speaks(family)) {
            throw new BadRequest("the model " + model + " is served by " + choice.provider.name()
                    + ", which does not speak this format; use "
                    + (choice.provider.family() == ErrorShape.BEDROCK
                            ? "/bedrock/model/" + choice.model + "/converse"
                            : "/v1/chat/completions"));
        }
        return choice;
    }

    /** Whether a call that names the model alone gets to this provider. */
    public boolean reaches(String model, Provider provider) {
        int slash = model.indexOf('/');
        boolean prefixed = slash > 0 && providers.containsKey(model.substring(0, slash));
        return !prefixed && serving(model, provider.family()).equals(provider);
    }

    /** By the name of the model, else by whose price list has it; an unknown model is the family's own provider's to refuse. */
    private Provider serving(String model, ErrorShape family) {
        Optional<Provider> named = BY_PREFIX.stream()
                .filter(rule -> model.startsWith(rule.getKey()))
                .findFirst()
                .map(rule -> providers.get(rule.getValue()));
        return named.filter(Provider::isConfigured)
                .or(() -> listing(model, family))
                .or(() -> named)
                .orElseGet(() -> java.util.Objects.requireNonNull(
                        providers.get(family == ErrorShape.ANTHROPIC ? "anthropic" : "openai")));
    }

    private Optional<Provider> listing(String model, ErrorShape family) {
        Instant now = Instant.now();
        return providers.values().stream()
                .filter(Provider::isConfigured)
                .filter(provider -> provider.speaks(family))
                .filter(provider -> provider.hasDeployments()
                        ? provider.models().containsKey(model)
                        : prices.bound(provider.name(), model, now).isPresent())
                .findFirst();
    }
}
