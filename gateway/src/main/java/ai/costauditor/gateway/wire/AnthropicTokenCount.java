package ai.costauditor.gateway.wire;

/** Anthropic's token counting, which is free. */
public final class AnthropicTokenCount implements WireFormat {

    @Override
    public String endpoint() {
        return "messages.count_tokens";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.ANTHROPIC;
    }

    @Override
    public boolean isFree() {
        return true;
    }

    @Override
    public RequestFacts read(RequestBody body) {
        return AnthropicMessages.facts(body);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new FreeMeter(facts.model());
    }
}
