package ai.costauditor.gateway.providers;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Providers by configuration, under {@code auditor.providers.<name>}: new ones, or other settings of known ones. */
@ConfigurationProperties("auditor")
public record ProviderSettings(@DefaultValue Map<String, Settings> providers) {

    /**
     * @param baseUrl with or without {@code /v1}
     * @param apiKeyFile a file that holds the key, for secrets that are mounted
     * @param shape {@code openai} unless it says {@code anthropic}
     * @param asksForUsage false for a provider that refuses {@code stream_options}
     */
    public record Settings(
            @Nullable String baseUrl,
            @Nullable String apiKey,
            @Nullable String apiKeyFile,
            Provider.@Nullable Shape shape,
            @Nullable Boolean asksForUsage) {}
}
