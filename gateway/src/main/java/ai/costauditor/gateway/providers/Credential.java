package ai.costauditor.gateway.providers;

/** What shows a provider that a request is ours. No text of it holds a secret. */
public sealed interface Credential {

    /** A key in the header that belongs to the format that is spoken: Anthropic has another than OpenAI. */
    record ApiKey(String secret) implements Credential {

        @Override
        public String toString() {
            return "an API key";
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
