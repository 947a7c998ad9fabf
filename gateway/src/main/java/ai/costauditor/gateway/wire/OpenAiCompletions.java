package ai.costauditor.gateway.wire;

import java.util.Map;

/** Completions as they were before chats: a text, or many, each answered by itself. */
public final class OpenAiCompletions implements WireFormat {

    private static final long MOST_ANSWERS = 128;

    private final boolean asksForUsage;

    /** @param asksForUsage false for providers that refuse {@code stream_options}; they send the usage unasked */
    public OpenAiCompletions(boolean asksForUsage) {
        this.asksForUsage = asksForUsage;
    }

    @Override
    public String endpoint() {
        return "completions";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    /** All of {@code best_of} are made and billed, and only {@code n} of them are shown. */
    @Override
    public RequestFacts read(RequestBody body) {
        body.require("prompt");
        long answers = Math.max(upTo("n", body), upTo("best_of", body)) * prompts(body);
        return new RequestFacts(
                body,
                body.model(),
                body.flag("stream"),
                body.tokenBound("prompt", "suffix"),
                false,
                RequestFacts.estimate(body.textBytes("prompt", "suffix")),
                body.wholeNumber("max_tokens"),
                0,
                answers,
                RequestFacts.dearer(body.string("service_tier")),
                body.small("stream_options").path("include_usage").asBoolean(false));
    }

    private static long upTo(String name, RequestBody body) {
        Long count = body.wholeNumber(name);
        if (count != null && (count < 1 || count > MOST_ANSWERS)) {
            throw new BadRequest("'" + name + "' must be between 1 and " + MOST_ANSWERS);
        }
        return count == null ? 1 : count;
    }

    /** A list may be many prompts, or one that was cut into tokens. */
    private static long prompts(RequestBody body) {
        return Math.max(1, body.stringsOf("prompt"));
    }

    @Override
    public void prepare(BodyEdit outgoing, RequestFacts facts) {
        if (asksFor(facts)) {
            outgoing.includeUsage();
        }
    }

    private boolean asksFor(RequestFacts facts) {
        return asksForUsage && facts.stream() && !facts.wantsUsageInStream();
    }

    @Override
    public boolean canBeShorter() {
        return true;
    }

    @Override
    public void limitOutput(BodyEdit outgoing, RequestFacts facts, long tokens) {
        outgoing.number(tokens, "max_tokens");
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ChatMeter(asksFor(facts), Map.of());
    }
}
