package ai.costauditor.gateway.providers;

import ai.costauditor.gateway.wire.ErrorShape;
import java.util.List;

/**
 * The providers that are known by name, with the variables that their own SDKs read.
 *
 * @param prefix of the variables {@code <prefix>_API_KEY}
 * @param baseUrlVariable where it has another name than {@code <prefix>_BASE_URL}
 */
record KnownProvider(
        String name, ErrorShape family, String prefix, String baseUrlVariable, String baseUrl, boolean asksForUsage) {

    static final List<KnownProvider> ALL = List.of(
            asking("openai", "OPENAI", "https://api.openai.com/v1"),
            new KnownProvider(
                    "anthropic",
                    ErrorShape.ANTHROPIC,
                    "ANTHROPIC",
                    "ANTHROPIC_BASE_URL",
                    "https://api.anthropic.com",
                    true),
            new KnownProvider(
                    "gemini",
                    ErrorShape.GEMINI,
                    "GEMINI",
                    "GOOGLE_GEMINI_BASE_URL",
                    "https://generativelanguage.googleapis.com",
                    true),
            unasked("mistral", "MISTRAL", "https://api.mistral.ai/v1"),
            unasked("groq", "GROQ", "https://api.groq.com/openai/v1"),
            unasked("deepseek", "DEEPSEEK", "https://api.deepseek.com/v1"),
            asking("xai", "XAI", "https://api.x.ai/v1"),
            unasked("together", "TOGETHER", "https://api.together.xyz/v1"),
            unasked("fireworks", "FIREWORKS", "https://api.fireworks.ai/inference/v1"),
            unasked("openrouter", "OPENROUTER", "https://openrouter.ai/api/v1"));

    private static KnownProvider asking(String name, String prefix, String baseUrl) {
        return new KnownProvider(name, ErrorShape.OPENAI, prefix, prefix + "_BASE_URL", baseUrl, true);
    }

    /** These end every stream with its usage, asked or not; Mistral refuses to be asked. */
    private static KnownProvider unasked(String name, String prefix, String baseUrl) {
        return new KnownProvider(name, ErrorShape.OPENAI, prefix, prefix + "_BASE_URL", baseUrl, false);
    }
}
