package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

/** Anthropic's token counting. */
final class StubTokenCount implements StubAnthropic {
    @Override
    public String body(StubAnswer a) {
        return json(map("input_tokens", a.promptTokens()));
    }

    @Override
    public boolean streams() {
        return false;
    }
}
