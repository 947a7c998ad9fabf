package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gemini's {@code countTokens}, which is free. */
public final class GeminiTokenCount implements WireFormat {

    private static final Usage NOTHING = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);

    @Override
    public String endpoint() {
        return "generate_content.count_tokens";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.GEMINI;
    }

    @Override
    public boolean isFree() {
        return true;
    }

    @Override
    public void check(@Nullable String query) {
        GeminiRequest.check(query);
    }

    @Override
    public RequestFacts read(RequestBody body) {
        return GeminiRequest.facts(body, false);
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
