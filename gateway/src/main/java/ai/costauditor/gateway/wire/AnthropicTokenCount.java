package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;

/** Anthropic's token counting, which is free. */
public final class AnthropicTokenCount implements WireFormat {

    private static final Usage NOTHING = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);

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
        return new Meter() {
            @Override
            public void body(byte[] body) {
                // the answer is a count, not a use
            }

            @Override
            public Pass event(SseEvent event) {
                return Pass.ON;
            }

            @Override
            public Reading reading() {
                return new Reading(facts.model(), null, NOTHING, List.of(), 0, End.OPEN);
            }
        };
    }
}
