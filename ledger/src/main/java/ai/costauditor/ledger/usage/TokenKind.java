package ai.costauditor.ledger.usage;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kinds of tokens that never overlap: a token is counted in exactly one. */
public enum TokenKind {
    @JsonProperty("input")
    INPUT,
    /** Read from the provider's prompt cache. */
    @JsonProperty("input_cached")
    INPUT_CACHED,
    @JsonProperty("cache_write_5m")
    CACHE_WRITE_5M,
    @JsonProperty("cache_write_1h")
    CACHE_WRITE_1H,
    @JsonProperty("input_audio")
    INPUT_AUDIO,
    @JsonProperty("input_image")
    INPUT_IMAGE,
    @JsonProperty("output")
    OUTPUT,
    @JsonProperty("output_reasoning")
    OUTPUT_REASONING,
    @JsonProperty("output_audio")
    OUTPUT_AUDIO,
    @JsonProperty("output_image")
    OUTPUT_IMAGE;

    private final String wireName = name().toLowerCase(java.util.Locale.ROOT);

    /** The name in JSON, in charge lines and in the API. */
    public String wireName() {
        return wireName;
    }

    public boolean isInput() {
        return ordinal() < OUTPUT.ordinal();
    }
}
