package ai.costauditor.conformance;

import static ai.costauditor.conformance.Report.EMPTY;
import static ai.costauditor.conformance.Report.GOOD;
import static ai.costauditor.conformance.Report.REVOKED;
import static ai.costauditor.conformance.Report.WRONG;
import static ai.costauditor.conformance.Report.require;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.batches.BatchCreateParams;
import com.anthropic.models.messages.batches.MessageBatch;
import com.anthropic.models.messages.batches.MessageBatch.ProcessingStatus;
import com.anthropic.models.messages.batches.MessageBatchIndividualResponse;
import com.anthropic.services.blocking.messages.BatchService;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code com.anthropic:anthropic-java}. */
public final class AnthropicJava {

    private static final String MODEL = "claude-haiku-4-5";
    private static final String QUESTION = "Say hello to the auditor.";
    private static final Report REPORT = new Report("anthropic-java");

    private AnthropicJava() {}

    public static void main(String[] args) {
        REPORT.feature("messages", url -> {
            Message answer = message(url, GOOD, MODEL);
            require(answer.usage().outputTokens() > 0, "no usage");
            return text(answer);
        });
        REPORT.feature(
                "messages-stream", url -> text(stream(url, GOOD, ask(MODEL).build())));
        REPORT.feature("tools", AnthropicJava::tool);
        REPORT.feature("tools-stream", AnthropicJava::toolStream);
        REPORT.feature("messages-beta", AnthropicJava::beta);
        REPORT.feature("bearer-token", url -> {
            AnthropicClient client =
                    AnthropicOkHttpClient.builder().baseUrl(url).authToken(GOOD).build();
            return text(client.messages().create(ask(MODEL).build()));
        });
        REPORT.feature("message-batch", AnthropicJava::batch);
        REPORT.feature("models", url -> client(url, GOOD).models().list().data().size() + " models");
        REPORT.feature("count-tokens", url -> client(url, GOOD)
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(MODEL)
                        .addUserMessage(QUESTION)
                        .build())
                .inputTokens());
        REPORT.refusal("wrong-key", UnauthorizedException.class, Report.SAYS_KEY, url -> message(url, WRONG, MODEL));
        REPORT.refusal(
                "revoked-key", UnauthorizedException.class, Report.SAYS_KEY, url -> message(url, REVOKED, MODEL));
        REPORT.refusal("budget-stop", RateLimitException.class, Report.SAYS_BUDGET, url -> message(url, EMPTY, MODEL));
        REPORT.refusal(
                "budget-stop-stream",
                RateLimitException.class,
                Report.SAYS_BUDGET,
                url -> stream(url, EMPTY, ask(MODEL).build()));
        REPORT.refusal(
                "unknown-model",
                NotFoundException.class,
                Report.SAYS_MODEL,
                url -> message(url, GOOD, "does-not-exist"));
        System.exit(0);
    }

    private static AnthropicClient client(String url, String key) {
        return AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).build();
    }

    private static MessageCreateParams.Builder ask(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(64).addUserMessage(QUESTION);
    }

    private static Message message(String url, String key, String model) {
        return client(url, key).messages().create(ask(model).build());
    }

    private static Message stream(String url, String key, MessageCreateParams ask) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> answer =
                client(url, key).messages().createStreaming(ask)) {
            answer.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    private static String text(Message answer) {
        return answer.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static MessageCreateParams withTools() {
        Tool weather = Tool.builder()
                .name("weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of()))
                        .build())
                .build();
        return ask(MODEL)
                .addTool(weather)
                .toolChoice(ToolChoiceAny.builder().build())
                .build();
    }

    private static String tool(String url) {
        return tool(client(url, GOOD).messages().create(withTools()));
    }

    private static String toolStream(String url) {
        return tool(stream(url, GOOD, withTools()));
    }

    private static String tool(Message answer) {
        return answer.content().getFirst().asToolUse().name();
    }

    private static String beta(String url) {
        return client(url, GOOD)
                .beta()
                .messages()
                .create(com.anthropic.models.beta.messages.MessageCreateParams.builder()
                        .model(MODEL)
                        .maxTokens(64)
                        .addUserMessage(QUESTION)
                        .addBeta("context-1m-2025-08-07")
                        .build())
                .content()
                .getFirst()
                .text()
                .orElseThrow()
                .text();
    }

    private static String batch(String url) {
        BatchService batches = client(url, GOOD).messages().batches();
        MessageBatch batch = batches.create(BatchCreateParams.builder()
                .addRequest(asked("a"))
                .addRequest(asked("b"))
                .build());
        for (int times = 0; times < 10 && !batch.processingStatus().equals(ProcessingStatus.ENDED); times++) {
            batch = batches.retrieve(batch.id());
        }
        try (StreamResponse<MessageBatchIndividualResponse> results = batches.resultsStreaming(batch.id())) {
            List<String> texts = results.stream()
                    .map(line -> text(line.result().asSucceeded().message()))
                    .toList();
            require(texts.size() == 2, texts.size() + " results");
            return String.join(" ", texts);
        }
    }

    private static BatchCreateParams.Request asked(String id) {
        return BatchCreateParams.Request.builder()
                .customId(id)
                .params(BatchCreateParams.Request.Params.builder()
                        .model(MODEL)
                        .maxTokens(64)
                        .addUserMessage(QUESTION)
                        .build())
                .build();
    }
}
