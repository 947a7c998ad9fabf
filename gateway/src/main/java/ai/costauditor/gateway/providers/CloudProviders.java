package ai.costauditor.gateway.providers;

import static ai.costauditor.gateway.providers.Provider.AZURE;
import static ai.costauditor.gateway.providers.Provider.BEDROCK;
import static ai.costauditor.gateway.providers.Provider.STUB;
import static ai.costauditor.gateway.providers.Providers.firstOf;
import static ai.costauditor.gateway.providers.Providers.read;

import ai.costauditor.gateway.wire.ErrorShape;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Providers that need more than a key: a host of the customer's own (Azure OpenAI), or a signature (Amazon Bedrock). */
final class CloudProviders {

    private static final String REGION = "[a-z]{2}(-[a-z]+)+-[0-9]+";

    private final Environment environment;
    private final Map<String, ProviderSettings.Settings> settings;
    private final @Nullable URI stub;

    CloudProviders(Environment environment, Map<String, ProviderSettings.Settings> settings, @Nullable URI stub) {
        this.environment = environment;
        this.settings = settings;
        this.stub = stub;
    }

    private @Nullable String variable(String name) {
        return environment.getProperty(name);
    }

    private @Nullable String secret(String name) {
        return firstOf(variable(name), read(variable(name + "_FILE")));
    }

    private @Nullable String configuredUrl(String provider) {
        ProviderSettings.Settings own = settings.get(provider);
        return own == null ? null : own.baseUrl();
    }

    private Map<String, String> models(String provider) {
        ProviderSettings.Settings own = settings.get(provider);
        return own == null ? Map.of() : own.models();
    }

    /** A key alone is not enough: nobody knows where to send it. */
    Provider azure() {
        ProviderSettings.Settings own = settings.get(AZURE);
        String key = firstOf(own == null ? null : Providers.keyOf(own), secret("AZURE_OPENAI_API_KEY"));
        String endpoint = firstOf(configuredUrl(AZURE), variable("AZURE_OPENAI_ENDPOINT"));
        boolean asksForUsage = own == null || own.asksForUsage() == null || own.asksForUsage();
        return key == null || endpoint == null
                ? stubbed(AZURE, ErrorShape.OPENAI, "/openai/v1", new Credential.AzureKey(STUB), asksForUsage)
                : new Provider(
                        AZURE,
                        ErrorShape.OPENAI,
                        azureRoot(endpoint),
                        new Credential.AzureKey(key),
                        asksForUsage,
                        AZURE,
                        models(AZURE));
    }

    /** SDKs differ in how much of the path is part of the endpoint: nothing, {@code /openai} or {@code /openai/v1}. */
    private static URI azureRoot(String endpoint) {
        return URI.create(endpoint.replaceAll("/+$", "").replaceFirst("/openai(/v1)?$", "") + "/openai/v1");
    }

    /** @throws IllegalArgumentException if the region is no region: it becomes part of a host's name */
    Provider bedrock() {
        String id = firstOf(variable("AWS_ACCESS_KEY_ID"));
        String secret = secret("AWS_SECRET_ACCESS_KEY");
        String region = firstOf(variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"));
        if (id == null || secret == null || region == null) {
            Credential any = new Credential.AwsKeys(STUB, STUB, null, "us-east-1");
            return stubbed(BEDROCK, ErrorShape.BEDROCK, "", any, true);
        }
        if (!region.matches(REGION)) {
            throw new IllegalArgumentException("AWS_REGION is no region of Amazon: " + region);
        }
        String endpoint = firstOf(configuredUrl(BEDROCK), variable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME"));
        return new Provider(
                BEDROCK,
                ErrorShape.BEDROCK,
                URI.create(endpoint == null ? host(region) : endpoint.replaceAll("/+$", "")),
                new Credential.AwsKeys(id, secret, firstOf(secret("AWS_SESSION_TOKEN")), region),
                true,
                BEDROCK,
                models(BEDROCK));
    }

    private static String host(String region) {
        return "https://bedrock-runtime." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
    }

    /** Served by the stub where there is one, and by nobody elsewhere. */
    private Provider stubbed(String name, ErrorShape family, String path, Credential any, boolean asksForUsage) {
        return stub == null
                ? new Provider(
                        name,
                        family,
                        URI.create("https://unconfigured.invalid"),
                        null,
                        asksForUsage,
                        name,
                        models(name))
                : new Provider(name, family, URI.create(stub + path), any, asksForUsage, STUB, models(name));
    }
}
