package ai.costauditor.gateway.providers;

import ai.costauditor.gateway.wire.ErrorShape;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A provider as this process reaches it.
 *
 * @param name ours, as it stands in events and paths
 * @param family of wire formats that is its own
 * @param root what the path of an operation of its own family is appended to, with the version ({@code https://api.openai.com/v1})
 * @param apiKey the provider's own; none if it is not configured
 * @param asksForUsage whether {@code stream_options} may be sent
 * @param served who really answers: the provider's name, or {@code stub}
 */
public record Provider(
        String name, ErrorShape family, URI root, @Nullable String apiKey, boolean asksForUsage, String served) {

    static final String STUB = "stub";

    public boolean isConfigured() {
        return apiKey != null;
    }

    /** What the path of an operation is appended to: Gemini answers in OpenAI's shape at another place than in its own. */
    public String root(ErrorShape spoken) {
        return family == ErrorShape.GEMINI && spoken == ErrorShape.OPENAI ? root + "/openai" : root.toString();
    }

    /** Anthropic and Gemini answer in OpenAI's shape as well, and so does the stub in Anthropic's. */
    public boolean speaks(ErrorShape other) {
        return family == other || other == ErrorShape.OPENAI || other == ErrorShape.ANTHROPIC && name.equals(STUB);
    }

    @Override
    public String toString() {
        return name + " at " + root;
    }
}
