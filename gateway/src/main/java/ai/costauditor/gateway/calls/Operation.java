package ai.costauditor.gateway.calls;

import org.jspecify.annotations.Nullable;

/**
 * What a path asks for.
 *
 * @param path behind the provider's root, ready to be sent, such as {@code /chat/completions}
 * @param model where the path names it and not the body
 */
public record Operation(String path, @Nullable String model) {

    public Operation(String path) {
        this(path, null);
    }
}
