package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

/** OpenAI's token counting for Responses. */
final class StubInputTokens implements StubOpenAi {

    @Override
    public String body(StubAnswer a) {
        return json(map("object", "response.input_tokens", "input_tokens", a.promptTokens()));
    }

    @Override
    public boolean streams() {
        return false;
    }
}
