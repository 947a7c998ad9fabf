package ai.costauditor.ledger.pricing;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The name of a model as lists compare it: in lower case, without the path under which a provider's API shows it. */
record ModelName(String text) {

    /** Gemini's {@code models/…}, Vertex AI's {@code publishers/…} and Bedrock's resource names. */
    private static final Pattern PATH =
            Pattern.compile("^(?:models/|(?:projects/[^/]+/locations/[^/]+/)?publishers/[^/]+/models/"
                    + "|arn:aws[a-z-]*:bedrock:[^/]*:(?:inference-profile|foundation-model)/)");

    private static final Pattern COMPACT_DATE =
            Pattern.compile("-(20\\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])(?=-|:|$)");

    /** Where the model runs and who made it: {@code us.anthropic.}, {@code openai/}, {@code accounts/fireworks/models/}. */
    private static final Pattern ORIGIN =
            Pattern.compile("^(?:.*/)?(?:(?:global|us|us-gov|eu|apac|jp|au|ca|in|sa|me|af)\\.)?(?:[a-z]+\\.)?(?:ft:)?");

    static ModelName of(String name) {
        return new ModelName(PATH.matcher(name.strip().toLowerCase(Locale.ROOT)).replaceFirst(""));
    }

    /** As it is, and with a dashed date: {@code -20250514} and {@code -2025-05-14} are the same snapshot. */
    static Stream<ModelName> spellingsOf(String name) {
        ModelName plain = of(name);
        return Stream.of(plain, new ModelName(COMPACT_DATE.matcher(plain.text).replaceAll("-$1-$2-$3")))
                .distinct();
    }

    /** The family's own name, whoever serves it. */
    ModelName bare() {
        return new ModelName(ORIGIN.matcher(text).replaceFirst(""));
    }
}
