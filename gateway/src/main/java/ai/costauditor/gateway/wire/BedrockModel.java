package ai.costauditor.gateway.wire;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which model of Bedrock a charge is for. The id in the path says where it may run ({@code us.}, {@code global.}), which
 * costs more or less, and answers do not; so the path counts, unless it is a name that only its owner knows.
 */
final class BedrockModel {

    /** Profiles that an account made for itself, and routers, which choose. */
    private static final Pattern OPAQUE = Pattern.compile(
            "arn:aws[a-z-]*:bedrock:[^/]*:(application-inference-profile|default-prompt-router|prompt-router)/.+");

    private BedrockModel() {}

    /** @param named by the answer, if it names one */
    static @Nullable String served(RequestFacts facts, @Nullable String named) {
        return OPAQUE.matcher(facts.model()).matches() ? named : null;
    }
}
