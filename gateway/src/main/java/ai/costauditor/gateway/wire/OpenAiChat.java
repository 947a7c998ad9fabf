package ai.costauditor.gateway.wire;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Chat completions of OpenAI and of everyone who speaks their format. */
public final class OpenAiChat implements WireFormat {

    /** OpenAI's own models know both names or the newer alone; other providers know the older. */
    private static final Pattern ONLY_KNOWS_THE_NEWER_NAME = Pattern.compile("(openai/)?(o\\d|gpt-|chatgpt)");

    /** What is found there is input, and {@code stream_options} are refused beside it. */
    private static final String SEARCHED_BY_AZURE = "data_sources";

    private static final long MOST_ANSWERS = 128;

    private final boolean asksForUsage;

    /** @param asksForUsage false for providers that refuse {@code stream_options}; they send the usage unasked */
    public OpenAiChat(boolean asksForUsage) {
        this.asksForUsage = asksForUsage;
    }

    @Override
    public String endpoint() {
        return "chat.completions";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        body.require("messages");
        long input = TokenBound.plus(
                body.tokenBound("messages", "tools", "functions", "response_format", "web_search_options"),
                body.has("web_search_options") || body.has(SEARCHED_BY_AZURE)
                        ? TokenBound.UNBOUNDED
                        : RequestedTools.of(body).tokenBound());
        return new RequestFacts(
                        body,
                        body.model(),
                        body.flag("stream"),
                        input,
                        true,
                        RequestFacts.estimate(body.textBytes("messages", "tools", "functions")),
                        body.wholeNumber("max_completion_tokens", "max_tokens"),
                        body.has("prediction") ? body.tokenBound("prediction") : 0,
                        answers(body),
                        RequestFacts.dearer(body.string("service_tier")),
                        body.small("stream_options").path("include_usage").asBoolean(false))
                .withFees(SearchInChat.fees(body));
    }

    private static long answers(RequestBody body) {
        Long n = body.wholeNumber("n");
        if (n != null && (n < 1 || n > MOST_ANSWERS)) {
            throw new BadRequest("'n' must be between 1 and " + MOST_ANSWERS);
        }
        return n == null ? 1 : n;
    }

    @Override
    public void prepare(BodyEdit outgoing, RequestFacts facts) {
        if (asksFor(facts)) {
            outgoing.includeUsage();
        }
    }

    private boolean asksFor(RequestFacts facts) {
        return asksForUsage
                && facts.stream()
                && !facts.wantsUsageInStream()
                && !facts.body().has(SEARCHED_BY_AZURE);
    }

    @Override
    public boolean canBeShorter() {
        return true;
    }

    @Override
    public void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {
        if (ONLY_KNOWS_THE_NEWER_NAME.matcher(facts.model()).lookingAt()) {
            outgoing.number(tokens, "max_tokens", "max_completion_tokens");
        } else {
            outgoing.number(tokens, "max_completion_tokens", "max_tokens");
        }
    }

    @Override
    public @Nullable StoredKind keeps(RequestFacts facts) {
        return facts.body().has("store") && facts.body().flag("store") ? StoredKind.COMPLETION : null;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ChatMeter(asksFor(facts), SearchInChat.ofEachCall(facts.model()));
    }
}
