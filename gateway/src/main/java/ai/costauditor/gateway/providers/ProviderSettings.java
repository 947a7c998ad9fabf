package ai.costauditor.gateway.providers;

import ai.costauditor.gateway.wire.ErrorShape;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Providers by configuration, under {@code auditor.providers.<name>}: new ones, or other settings of known ones.
 *
 * @param stub who answers for providers without a key; nobody in production
 */
@ConfigurationProperties("auditor")
public record ProviderSettings(
        @DefaultValue Map<String, Settings> providers,
        @DefaultValue Stub stub) {

    /** @param url of a stub that runs elsewhere; it counts before one of our own */
    public record Stub(
            @DefaultValue("false") boolean enabled,
            @Nullable URI url) {}

    /**
     * @param baseUrl with or without {@code /v1} ({@code /v1beta} for Gemini's family)
     * @param apiKeyFile a file that holds the key, for secrets that are mounted
     * @param family of wire formats: {@code openai} unless it says {@code anthropic} or {@code gemini}
     * @param asksForUsage false for a provider that refuses {@code stream_options}
     * @param models what the customer's own names of models stand for, for their price: {@code <deployment>: gpt-4o}
     * @param rerankPath where it reranks documents, behind the base URL: {@code /rerank}
     */
    public record Settings(
            @Nullable String baseUrl,
            @Nullable String apiKey,
            @Nullable String apiKeyFile,
            @Nullable ErrorShape family,
            @Nullable Boolean asksForUsage,
            @DefaultValue Map<String, String> models,
            @Nullable String rerankPath) {}
}
