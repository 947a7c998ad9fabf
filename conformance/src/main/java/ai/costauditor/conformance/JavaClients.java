package ai.costauditor.conformance;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;

/** One line per check: client, feature, result. Exit code 1 if any failed. */
public final class JavaClients {

    private static final String OPENAI = "openai-java";
    private static final String ANTHROPIC = "anthropic-java";

    private static boolean failed;

    private JavaClients() {}

    /** A check that may fail in any way. */
    private interface Check {
        void run() throws Exception;
    }

    public static void main(String[] args) {
        String url = env("AUDITOR_URL");
        String key = env("AUDITOR_VIRTUAL_KEY");
        openAi(url, key);
        anthropic(url, key);
        // their connection pools keep threads for a minute
        System.exit(failed ? 1 : 0);
    }

    private static void openAi(String url, String key) {
        OpenAIClient client =
                OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).build();
        ChatCompletionCreateParams ask = ChatCompletionCreateParams.builder()
                .model("gpt-4o-mini")
                .maxCompletionTokens(50)
                .addUserMessage("Say hello")
                .build();
        check(OPENAI, "chat", () -> {
            var answer = client.chat().completions().create(ask);
            require(!answer.choices().getFirst().message().content().orElse("").isEmpty());
            require(answer.usage().orElseThrow().totalTokens() > 0);
        });
        check(OPENAI, "stream", () -> {
            try (var stream = client.chat().completions().createStreaming(ask)) {
                String text = stream.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .map(choice -> choice.delta().content().orElse(""))
                        .reduce("", String::concat);
                require(!text.isEmpty());
            }
        });
        check(OPENAI, "embedding", () -> {
            var answer = client.embeddings()
                    .create(EmbeddingCreateParams.builder()
                            .model("text-embedding-3-small")
                            .input("hello")
                            .build());
            require(!answer.data().getFirst().embedding().isEmpty());
        });
        check(OPENAI, "responses", () -> {
            var answer = client.responses()
                    .create(ResponseCreateParams.builder()
                            .model("gpt-4o-mini")
                            .input("Say hello")
                            .maxOutputTokens(50)
                            .build());
            require(answer.usage().orElseThrow().totalTokens() > 0);
        });
        check(OPENAI, "wrong key", () -> {
            OpenAIClient stranger = OpenAIOkHttpClient.builder()
                    .baseUrl(url + "/v1")
                    .apiKey("vk_dev_wrong")
                    .build();
            try {
                stranger.chat().completions().create(ask);
                throw new IllegalStateException("it was let in");
            } catch (com.openai.errors.UnauthorizedException e) {
                require("invalid_api_key".equals(e.code().orElse("")));
            }
        });
    }

    private static void anthropic(String url, String key) {
        AnthropicClient client =
                AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).build();
        MessageCreateParams ask = MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(50)
                .addUserMessage("Say hello")
                .build();
        check(ANTHROPIC, "messages", () -> {
            var answer = client.messages().create(ask);
            require(!answer.content().isEmpty());
            require(answer.usage().outputTokens() > 0);
        });
        check(ANTHROPIC, "stream", () -> {
            try (var stream = client.messages().createStreaming(ask)) {
                require(stream.stream().count() > 3);
            }
        });
        check(ANTHROPIC, "wrong key", () -> {
            AnthropicClient stranger = AnthropicOkHttpClient.builder()
                    .baseUrl(url)
                    .apiKey("vk_dev_wrong")
                    .build();
            try {
                stranger.messages().create(ask);
                throw new IllegalStateException("it was let in");
            } catch (UnauthorizedException e) {
                require(e.statusCode() == 401);
            }
        });
    }

    private static void check(String client, String feature, Check check) {
        try {
            check.run();
            System.out.println(client + " | " + feature + " | ok");
        } catch (Exception e) {
            failed = true;
            System.out.println(client + " | " + feature + " | FAILED | " + e);
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("the answer is not what it should be");
        }
    }

    private static String env(String name) {
        String value = System.getenv(name);
        if (value == null) {
            System.err.println("conformance: " + name + " is missing: eval \"$(./auditor status -o env --data DIR)\"");
            System.exit(2);
        }
        return value;
    }
}
