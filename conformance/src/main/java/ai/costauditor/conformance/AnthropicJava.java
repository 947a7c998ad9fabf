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
        REPORT.feature("messages-stream", url -> text(stream(url, GOOD)));
        REPORT.feature("tools", AnthropicJava::tool);
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
        REPORT.refusal("budget-stop-stream", RateLimitException.class, Report.SAYS_BUDGET, url -> stream(url, EMPTY));
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

    private static Message stream(String url, String key) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> answer =
                client(url, key).messages().createStreaming(ask(MODEL).build())) {
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

    private static String tool(String url) {
        Tool weather = Tool.builder()
                .name("weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of()))
                        .build())
                .build();
        Message answer = client(url, GOOD)
                .messages()
                .create(ask(MODEL)
                        .addTool(weather)
                        .toolChoice(ToolChoiceAny.builder().build())
                        .build());
        return answer.content().getFirst().asToolUse().name();
    }
}
