package ai.costauditor.conformance;

import static ai.costauditor.conformance.Report.EMPTY;
import static ai.costauditor.conformance.Report.GOOD;
import static ai.costauditor.conformance.Report.REVOKED;
import static ai.costauditor.conformance.Report.WRONG;
import static ai.costauditor.conformance.Report.require;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code com.openai:openai-java}. */
public final class OpenAiJava {

    private static final String MODEL = "gpt-4o-mini";
    private static final Report REPORT = new Report("openai-java");

    private OpenAiJava() {}

    public static void main(String[] args) {
        REPORT.feature("chat", url -> {
            ChatCompletion answer = chat(url, GOOD, MODEL);
            require(answer.usage().orElseThrow().totalTokens() > 0, "no usage");
            return answer.choices().getFirst().message().content().orElseThrow();
        });
        REPORT.feature("chat-stream", url -> {
            List<ChatCompletionChunk> chunks = stream(url, GOOD, ask(MODEL).build());
            require(chunks.stream().allMatch(chunk -> chunk.usage().isEmpty()), "a usage chunk that nobody asked for");
            return text(chunks);
        });
        REPORT.feature("chat-stream-usage", url -> {
            ChatCompletionStreamOptions usage =
                    ChatCompletionStreamOptions.builder().includeUsage(true).build();
            List<ChatCompletionChunk> chunks =
                    stream(url, GOOD, ask(MODEL).streamOptions(usage).build());
            require(chunks.getLast().usage().orElseThrow().totalTokens() > 0, "no usage");
            return text(chunks);
        });
        REPORT.feature("tools", OpenAiJava::tool);
        REPORT.feature("embedding", OpenAiJava::embedding);
        REPORT.feature("responses", url -> {
            Response answer = client(url, GOOD).responses().create(question());
            require(answer.usage().orElseThrow().totalTokens() > 0, "no usage");
            return text(answer);
        });
        REPORT.feature("responses-stream", OpenAiJava::responsesStream);
        REPORT.feature("models", url -> client(url, GOOD).models().list().data().size() + " models");
        REPORT.refusal("wrong-key", UnauthorizedException.class, Report.SAYS_KEY, url -> chat(url, WRONG, MODEL));
        REPORT.refusal("revoked-key", UnauthorizedException.class, Report.SAYS_KEY, url -> chat(url, REVOKED, MODEL));
        REPORT.refusal("budget-stop", RateLimitException.class, Report.SAYS_BUDGET, url -> chat(url, EMPTY, MODEL));
        REPORT.refusal(
                "budget-stop-stream",
                RateLimitException.class,
                Report.SAYS_BUDGET,
                url -> stream(url, EMPTY, ask(MODEL).build()));
        REPORT.refusal(
                "unknown-model", NotFoundException.class, Report.SAYS_MODEL, url -> chat(url, GOOD, "does-not-exist"));
        System.exit(0);
    }

    private static OpenAIClient client(String url, String key) {
        return OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).build();
    }

    private static ChatCompletionCreateParams.Builder ask(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Say hello to the auditor.");
    }

    private static ChatCompletion chat(String url, String key, String model) {
        return client(url, key).chat().completions().create(ask(model).build());
    }

    private static List<ChatCompletionChunk> stream(String url, String key, ChatCompletionCreateParams ask) {
        try (StreamResponse<ChatCompletionChunk> answer =
                client(url, key).chat().completions().createStreaming(ask)) {
            return answer.stream().toList();
        }
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .collect(Collectors.joining());
    }

    private static String tool(String url) {
        FunctionParameters parameters = FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty("properties", JsonValue.from(Map.of()))
                .build();
        ChatCompletionFunctionTool weather = ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(parameters)
                        .build())
                .build();
        ChatCompletion answer = client(url, GOOD)
                .chat()
                .completions()
                .create(ask(MODEL)
                        .addTool(weather)
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                        .build());
        return answer.choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction()
                .function()
                .name();
    }

    private static String embedding(String url) {
        CreateEmbeddingResponse answer = client(url, GOOD)
                .embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .inputOfArrayOfStrings(List.of("one text", "and another one"))
                        .build());
        require(answer.data().size() == 2, "not two vectors");
        return answer.data().getFirst().embedding().size() + " numbers";
    }

    private static ResponseCreateParams question() {
        return ResponseCreateParams.builder()
                .model(MODEL)
                .input("Say hello to the auditor.")
                .build();
    }

    private static String text(Response answer) {
        return answer.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(part -> part.text())
                .collect(Collectors.joining());
    }

    private static String responsesStream(String url) {
        try (StreamResponse<ResponseStreamEvent> answer =
                client(url, GOOD).responses().createStreaming(question())) {
            List<ResponseStreamEvent> events = answer.stream().toList();
            String parts = events.stream()
                    .flatMap(event -> event.outputTextDelta().stream())
                    .map(delta -> delta.delta())
                    .collect(Collectors.joining());
            Response whole = events.getLast().completed().orElseThrow().response();
            require(text(whole).equals(parts), "the parts are not the whole");
            require(whole.usage().orElseThrow().totalTokens() > 0, "no usage");
            return parts;
        }
    }
}
