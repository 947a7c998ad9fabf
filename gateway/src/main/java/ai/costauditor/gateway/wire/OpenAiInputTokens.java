package ai.costauditor.gateway.wire;

import org.jspecify.annotations.Nullable;

/** OpenAI's token counting for Responses, which is free. */
public final class OpenAiInputTokens implements WireFormat {

    @Override
    public String endpoint() {
        return "responses.input_tokens";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public boolean isFree() {
        return true;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        return OpenAiResponses.facts(body);
    }

    /** A count of the stored history shows how long it is. */
    @Override
    public @Nullable String continues(RequestFacts facts) {
        return facts.body().string("previous_response_id");
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new FreeMeter(facts.model());
    }
}
