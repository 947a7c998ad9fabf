package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import java.util.Map;
import tools.jackson.databind.JsonNode;

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
    public RequestFacts read(byte[] body) {
        return AnthropicMessages.facts(Json.request(body));
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new Meter() {
            @Override
            public void body(JsonNode root) {
                // the answer is a count, not a use
            }

            @Override
            public Pass event(SseEvent event) {
                return Pass.ON;
            }

            @Override
            public Reading reading() {
                return new Reading(facts.model(), null, new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null), 0);
            }
        };
    }
}
