package ai.costauditor.gateway.providers;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A provider as this process reaches it.
 *
 * @param name ours, as it stands in events and paths
 * @param shape which family of wire formats it speaks
 * @param root what the operation's path is appended to, with the version ({@code https://api.openai.com/v1})
 * @param apiKey the provider's own; none if it is served by the stub
 * @param asksForUsage whether {@code stream_options} may be sent
 * @param served who really answers: the provider's name, or {@code stub}
 */
public record Provider(
        String name, Shape shape, URI root, @Nullable String apiKey, boolean asksForUsage, String served) {

    /** Families of formats, with the way in which they take a credential. */
    public enum Shape {
        OPENAI,
        ANTHROPIC
    }

    public boolean isConfigured() {
        return apiKey != null;
    }

    @Override
    public String toString() {
        return name + " at " + root;
    }
}
