package ai.costauditor.conformance;

import static ai.costauditor.conformance.Report.EMPTY;
import static ai.costauditor.conformance.Report.GOOD;
import static ai.costauditor.conformance.Report.REVOKED;
import static ai.costauditor.conformance.Report.WRONG;
import static ai.costauditor.conformance.Report.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionStreamEvent;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.Image;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.moderations.ModerationCreateResponse;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.services.blocking.ResponseService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        REPORT.feature("tools-stream", OpenAiJava::toolStream);
        REPORT.feature("embedding", OpenAiJava::embedding);
        REPORT.feature("responses", url -> {
            Response answer = client(url, GOOD).responses().create(question());
            require(answer.usage().orElseThrow().totalTokens() > 0, "no usage");
            return text(answer);
        });
        REPORT.feature("responses-stream", OpenAiJava::responsesStream);
        REPORT.feature("image", OpenAiJava::image);
        REPORT.feature("image-stream", OpenAiJava::imageStream);
        REPORT.feature("image-edit", OpenAiJava::imageEdit);
        REPORT.feature("speech", OpenAiJava::speech);
        REPORT.feature("transcription", OpenAiJava::transcription);
        REPORT.feature("transcription-stream", OpenAiJava::transcriptionStream);
        REPORT.feature("moderation", OpenAiJava::moderation);
        REPORT.feature("completion", OpenAiJava::completion);
        REPORT.feature("background", OpenAiJava::background);
        REPORT.feature("files", OpenAiJava::files);
        REPORT.feature("batch", OpenAiJava::batch);
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

    private static ChatCompletionCreateParams withTools() {
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
        return ask(MODEL)
                .addTool(weather)
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .build();
    }

    private static String tool(String url) {
        return tool(client(url, GOOD).chat().completions().create(withTools()));
    }

    private static String toolStream(String url) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        stream(url, GOOD, withTools()).forEach(whole::accumulate);
        return tool(whole.chatCompletion());
    }

    private static String tool(ChatCompletion answer) {
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

    private static ImageGenerateParams.Builder picture() {
        return ImageGenerateParams.builder().model("gpt-image-1").prompt("a cat");
    }

    private static String image(String url) {
        ImagesResponse answer = client(url, GOOD)
                .images()
                .generate(picture()
                        .quality(ImageGenerateParams.Quality.LOW)
                        .size(ImageGenerateParams.Size._1024X1024)
                        .build());
        require(answer.usage().orElseThrow().totalTokens() > 0, "no usage");
        return charactersOf(answer);
    }

    private static String charactersOf(ImagesResponse answer) {
        Image image = answer.data().orElseThrow().getFirst();
        return image.b64Json().orElseThrow().length() + " characters of an image";
    }

    private static String imageStream(String url) {
        try (StreamResponse<ImageGenStreamEvent> answer = client(url, GOOD)
                .images()
                .generateStreaming(picture().partialImages(2).build())) {
            List<ImageGenStreamEvent> events = answer.stream().toList();
            require(events.getLast().asGenerationCompleted().usage().totalTokens() > 0, "no usage");
            return events.size() + " events";
        }
    }

    private static String imageEdit(String url) {
        List<InputStream> images =
                List.of(new ByteArrayInputStream(TestFiles.PIXEL), new ByteArrayInputStream(TestFiles.PIXEL));
        return charactersOf(client(url, GOOD)
                .images()
                .edit(ImageEditParams.builder()
                        .model("gpt-image-1")
                        .prompt("a cät")
                        .imageOfInputStreams(images)
                        .build()));
    }

    private static String speech(String url) throws IOException {
        SpeechCreateParams ask = SpeechCreateParams.builder()
                .model("tts-1")
                .voice("alloy")
                .input("Say hello to the auditor.")
                .build();
        try (HttpResponse answer = client(url, GOOD).audio().speech().create(ask)) {
            return answer.body().readAllBytes().length + " bytes of sound";
        }
    }

    private static TranscriptionCreateParams sound(String model) {
        return TranscriptionCreateParams.builder()
                .model(model)
                .file(named("speech.wav", TestFiles.silence(3)))
                .build();
    }

    private static MultipartField<InputStream> named(String name, byte[] content) {
        return MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(content))
                .filename(name)
                .build();
    }

    private static String transcription(String url) {
        return client(url, GOOD)
                .audio()
                .transcriptions()
                .create(sound("whisper-1"))
                .asTranscription()
                .text();
    }

    private static String transcriptionStream(String url) {
        try (StreamResponse<TranscriptionStreamEvent> answer =
                client(url, GOOD).audio().transcriptions().createStreaming(sound("gpt-4o-transcribe"))) {
            return answer.stream()
                    .flatMap(event -> event.transcriptTextDelta().stream())
                    .map(delta -> delta.delta())
                    .collect(Collectors.joining());
        }
    }

    private static String moderation(String url) {
        ModerationCreateResponse answer = client(url, GOOD)
                .moderations()
                .create(ModerationCreateParams.builder()
                        .model("omni-moderation-latest")
                        .input("a harmless text")
                        .build());
        return "flagged: " + answer.results().getFirst().flagged();
    }

    private static String completion(String url) {
        Completion answer = client(url, GOOD)
                .completions()
                .create(CompletionCreateParams.builder()
                        .model("gpt-3.5-turbo-instruct")
                        .prompt("Say hello")
                        .maxTokens(5)
                        .build());
        return answer.choices().getFirst().text();
    }

    private static String background(String url) {
        ResponseService responses = client(url, GOOD).responses();
        Response answer =
                responses.create(question().toBuilder().background(true).build());
        for (int asked = 0; asked < 10 && !answer.status().equals(Optional.of(ResponseStatus.COMPLETED)); asked++) {
            answer = responses.retrieve(answer.id());
        }
        require(answer.usage().orElseThrow().outputTokens() > 0, "no usage");
        return text(answer);
    }

    private static FileObject upload(OpenAIClient client, String content) {
        return client.files()
                .create(FileCreateParams.builder()
                        .file(named("asked.jsonl", content.getBytes(UTF_8)))
                        .purpose(FilePurpose.BATCH)
                        .build());
    }

    private static String content(OpenAIClient client, String file) throws IOException {
        try (HttpResponse answer = client.files().content(file)) {
            return new String(answer.body().readAllBytes(), UTF_8);
        }
    }

    private static String files(String url) throws IOException {
        OpenAIClient client = client(url, GOOD);
        FileObject file = upload(client, asked("a"));
        require(client.files().retrieve(file.id()).bytes() == file.bytes(), "another size");
        require(client.files().list().data().stream().anyMatch(each -> each.id().equals(file.id())), "not in the list");
        require(content(client, file.id()).equals(asked("a")), "another content");
        return "deleted: " + client.files().delete(file.id()).deleted();
    }

    private static String asked(String id) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":\
                {"model":"%s","max_tokens":64,"messages":[{"role":"user","content":"Say hello to the auditor."}]}}
                """.formatted(id, MODEL);
    }

    private static String batch(String url) throws IOException {
        OpenAIClient client = client(url, GOOD);
        FileObject file = upload(client, asked("a") + asked("b") + asked("c"));
        Batch batch = client.batches()
                .create(BatchCreateParams.builder()
                        .inputFileId(file.id())
                        .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                        .completionWindow(BatchCreateParams.CompletionWindow._24H)
                        .build());
        for (int times = 0; times < 10 && !batch.status().equals(Batch.Status.COMPLETED); times++) {
            batch = client.batches().retrieve(batch.id());
        }
        List<String> results =
                content(client, batch.outputFileId().orElseThrow()).lines().toList();
        require(results.size() == 3, results.size() + " results");
        return results.getFirst();
    }
}
