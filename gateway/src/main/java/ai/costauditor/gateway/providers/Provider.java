package ai.costauditor.gateway.providers;

import ai.costauditor.gateway.wire.ErrorShape;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A provider as this process reaches it.
 *
 * @param name ours, as it stands in events and paths
 * @param family of wire formats that is its own
 * @param root what the path of an operation of its own family is appended to, with the version ({@code https://api.openai.com/v1})
 * @param credential the provider's own; none if it is not configured
 * @param asksForUsage whether {@code stream_options} may be sent
 * @param served who really answers: the provider's name, or {@code stub}
 * @param models that the customer's own names stand for, where names are the customer's (deployments of Azure)
 * @param rerankPath behind the root, such as {@code /rerank}; none if it reranks nothing
 */
public record Provider(
        String name,
        ErrorShape family,
        URI root,
        @Nullable Credential credential,
        boolean asksForUsage,
        String served,
        Map<String, String> models,
        @Nullable String rerankPath) {

    static final String STUB = "stub";
    static final String AZURE = "azure";
    static final String BEDROCK = "bedrock";

    /** One that reranks nothing. */
    public Provider(
            String name,
            ErrorShape family,
            URI root,
            @Nullable Credential credential,
            boolean asksForUsage,
            String served,
            Map<String, String> models) {
        this(name, family, root, credential, asksForUsage, served, models, null);
    }

    /** @throws IllegalArgumentException if it is no plain path */
    Provider reranking(@Nullable String path) {
        if (path != null && !path.matches("(/[a-z0-9_-]+)+")) {
            throw new IllegalArgumentException("auditor.providers." + name + ".rerank-path is no plain path: " + path);
        }
        return new Provider(name, family, root, credential, asksForUsage, served, models, path);
    }

    public boolean isConfigured() {
        return credential != null;
    }

    /** What the path of an operation is appended to: Gemini answers in OpenAI's shape at another place than in its own. */
    public String root(ErrorShape spoken) {
        return family == ErrorShape.GEMINI && spoken == ErrorShape.OPENAI ? root + "/openai" : root.toString();
    }

    /** Most answer in OpenAI's shape as well, and the stub in Anthropic's. */
    public boolean speaks(ErrorShape other) {
        return switch (other) {
            case OPENAI -> family != ErrorShape.BEDROCK;
            case ANTHROPIC -> family == other || name.equals(STUB);
            case GEMINI, BEDROCK -> family == other;
        };
    }

    /** Whether its models go by the names that its customer has given them. */
    public boolean hasDeployments() {
        return name.equals(AZURE);
    }

    /** The model that a name stands for: itself, unless the configuration says more. */
    public String modelBehind(String called) {
        return models.getOrDefault(called, called);
    }

    /** The tier as a price is found by, with the region, if it is known where the provider serves. */
    public @Nullable String conditions(@Nullable String serviceTier) {
        if (credential instanceof Credential.AwsKeys keys) {
            return (serviceTier == null ? "" : serviceTier) + "+@" + keys.region();
        }
        return serviceTier;
    }

    /** The same provider for operations whose path has no version. */
    public Provider withoutVersion() {
        URI plain = URI.create(root.toString().replaceFirst("/v1$", ""));
        return new Provider(name, family, plain, credential, asksForUsage, served, models, rerankPath);
    }

    @Override
    public String toString() {
        return name + " at " + root;
    }
}
