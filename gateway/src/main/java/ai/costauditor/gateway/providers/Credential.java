package ai.costauditor.gateway.providers;

import org.jspecify.annotations.Nullable;

/** What shows a provider that a request is ours. No text of it holds a secret. */
public sealed interface Credential {

    /** A key in the header that belongs to the format that is spoken: Anthropic has another than OpenAI. */
    record ApiKey(String secret) implements Credential {

        @Override
        public String toString() {
            return "an API key";
        }
    }

    /**
     * Keys of Amazon, with which each request is signed.
     *
     * @param sessionToken of keys that end by themselves; none for lasting ones
     */
    record AwsKeys(
            String accessKeyId,
            String secretAccessKey,
            @Nullable String sessionToken,
            String region) implements Credential {

        @Override
        public String toString() {
            return "keys of Amazon for " + region;
        }
    }

    /** A key in the header {@code api-key}, whatever is spoken. */
    record AzureKey(String secret) implements Credential {

        @Override
        public String toString() {
            return "an Azure API key";
        }
    }
}
