package ai.costauditor.gateway.providers;

import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** The providers of this process, and which of them serves a model that the caller names without one. */
public final class Providers {

    private static final String STUB = "stub";

    private static final List<Map.Entry<String, String>> BY_PREFIX = List.of(
            Map.entry("stub-", STUB),
            Map.entry("claude", "anthropic"),
            Map.entry("gpt-oss", "groq"),
            Map.entry("gpt-", "openai"),
            Map.entry("ft:gpt-", "openai"),
            Map.entry("o1", "openai"),
            Map.entry("o3", "openai"),
            Map.entry("o4", "openai"),
            Map.entry("text-embedding", "openai"),
            Map.entry("mistral", "mistral"),
            Map.entry("magistral", "mistral"),
            Map.entry("codestral", "mistral"),
            Map.entry("devstral", "mistral"),
            Map.entry("deepseek", "deepseek"),
            Map.entry("grok", "xai"));

    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final PriceCatalogue prices;

    /** @param stub where providers without a key are served; none in production */
    public Providers(Environment environment, ProviderSettings settings, PriceCatalogue prices, @Nullable URI stub) {
        this.prices = prices;
        for (KnownProvider known : KnownProvider.ALL) {
            add(known(known, environment, settings.providers().get(known.name()), stub));
        }
        settings.providers().forEach((name, own) -> {
            if (!providers.containsKey(name)) {
                add(configured(name, own, stub));
            }
        });
        if (stub != null) {
            add(new Provider(STUB, Provider.Shape.OPENAI, withVersion(stub.toString()), STUB, true, STUB));
        }
    }

    private void add(Provider provider) {
        providers.put(provider.name(), provider);
    }

    private static Provider known(
            KnownProvider known, Environment environment, ProviderSettings.@Nullable Settings own, @Nullable URI stub) {
        String key = firstOf(
                own == null ? null : keyOf(own),
                environment.getProperty(known.prefix() + "_API_KEY"),
                read(environment.getProperty(known.prefix() + "_API_KEY_FILE")));
        String base = firstOf(
                own == null ? null : own.baseUrl(), environment.getProperty(known.baseUrlVariable()), known.baseUrl());
        boolean asks = own == null || own.asksForUsage() == null ? known.asksForUsage() : own.asksForUsage();
        return provider(known.name(), known.shape(), base == null ? known.baseUrl() : base, key, asks, stub);
    }

    private static Provider configured(String name, ProviderSettings.Settings own, @Nullable URI stub) {
        String base = own.baseUrl();
        if (base == null) {
            throw new IllegalArgumentException("auditor.providers." + name + ".base-url is missing");
        }
        Provider.Shape shape = own.shape();
        return provider(
                name,
                shape == null ? Provider.Shape.OPENAI : shape,
                base,
                keyOf(own),
                own.asksForUsage() == null || own.asksForUsage(),
                stub);
    }

    private static Provider provider(
            String name, Provider.Shape shape, String base, @Nullable String key, boolean asks, @Nullable URI stub) {
        return key == null && stub != null
                ? new Provider(name, shape, withVersion(stub.toString()), STUB, asks, STUB)
                : new Provider(name, shape, withVersion(base), key, asks, name);
    }

    private static @Nullable String keyOf(ProviderSettings.Settings own) {
        return firstOf(own.apiKey(), read(own.apiKeyFile()));
    }

    private static @Nullable String read(@Nullable String file) {
        try {
            return file == null ? null : Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the provider's key cannot be read from " + file, e);
        }
    }

    private static @Nullable String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate.strip();
            }
        }
        return null;
    }

    /** SDKs differ in whether their base URL ends in the version. */
    private static URI withVersion(String baseUrl) {
        String base = baseUrl.replaceAll("/+$", "");
        return URI.create(base.endsWith("/v1") ? base : base + "/v1");
    }

    public Optional<Provider> named(String name) {
        return Optional.ofNullable(providers.get(name));
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
     * @throws BadRequest if the model is another family's: we route, we do not translate
     */
    public Choice choose(String model, Provider.Shape shape) {
        int slash = model.indexOf('/');
        Provider prefixed = slash > 0 ? providers.get(model.substring(0, slash)) : null;
        Choice choice = prefixed != null
                ? new Choice(prefixed, model.substring(slash + 1))
                : new Choice(serving(model, shape), model);
        if (choice.provider.shape() != shape) {
            if (choice.provider.served().equals(STUB)) {
                return choice;
            }
            throw new BadRequest("the model " + model + " is served by " + choice.provider.name()
                    + ", which does not speak this format; use " + pathOf(choice.provider.shape()));
        }
        return choice;
    }

    private Provider serving(String model, Provider.Shape shape) {
        String fallback = shape == Provider.Shape.ANTHROPIC ? "anthropic" : "openai";
        return BY_PREFIX.stream()
                .filter(rule -> model.startsWith(rule.getKey()))
                .map(rule -> providers.get(rule.getValue()))
                .filter(provider -> provider != null && provider.isConfigured())
                .findFirst()
                .or(() -> providers.values().stream()
                        .filter(Provider::isConfigured)
                        .filter(provider -> prices.models(provider.name()).contains(model))
                        .findFirst())
                .orElseGet(() -> java.util.Objects.requireNonNull(providers.get(fallback)));
    }

    private static String pathOf(Provider.Shape shape) {
        return shape == Provider.Shape.ANTHROPIC ? "/v1/messages" : "/v1/chat/completions";
    }
}
