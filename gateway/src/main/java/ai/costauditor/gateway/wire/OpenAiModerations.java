package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's moderations, which are free of charge; others who have them bill their tokens. */
public final class OpenAiModerations implements WireFormat {

    private static final String DEFAULT = "omni-moderation-latest";
    private static final Set<String> FREE = Set.of("omni-moderation", "text-moderation");
    private static final Set<String> ANSWER = Set.of("model", "usage");

    @Override
    public String endpoint() {
        return "moderations";
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    @Override
    public RequestFacts read(RequestBody request) {
        RequestBody body = request.has("model") ? request : request.of(DEFAULT);
        body.require("input");
        return new RequestFacts(
                body,
                body.model(),
                false,
                body.tokenBound("input"),
                false,
                RequestFacts.estimate(body.textBytes("input")),
                0L,
                0,
                1,
                null,
                true);
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ModerationMeter(facts);
    }

    private static final class ModerationMeter implements Meter {

        private final RequestFacts facts;
        private @Nullable String model;
        private Usage usage = Usage.unknown();

        ModerationMeter(RequestFacts facts) {
            this.facts = facts;
        }

        @Override
        public void body(byte[] body) {
            JsonNode root = Json.parse(body, ANSWER);
            model = Json.text(root.path("model"));
            usage = Usages.openAi(root.path("usage"));
            if (usage.status() != Usage.Status.UNKNOWN) {
                return;
            }
            if (FREE.stream().anyMatch(facts.model()::contains)) {
                usage = new Usage(Usage.Status.EXACT, Map.of(), Map.of(), null);
            } else if (root.isObject()) {
                Map<TokenKind, Long> tokens = Map.of(TokenKind.INPUT, facts.inputEstimate());
                usage = new Usage(Usage.Status.ESTIMATED, tokens, Map.of(), null);
            }
        }

        @Override
        public Pass event(SseEvent event) {
            return Pass.ON;
        }

        @Override
        public Reading reading() {
            return new Reading(model, null, usage, List.of(), 0, End.OPEN);
        }
    }
}
