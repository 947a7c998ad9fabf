package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.List;

/** OpenAI's compaction of a history: billed, and the answer names no model. */
final class StubCompaction implements StubOpenAi {

    @Override
    public String body(StubAnswer a) {
        Object item = map("id", "cmp_stub", "type", "compaction", "encrypted_content", "stub");
        return json(map(
                "id",
                "resp_stub_compacted",
                "object",
                "response.compaction",
                "created_at",
                CREATED,
                "output",
                List.of(item),
                "usage",
                a.wish().omitUsage() ? null : StubResponses.usage(a)));
    }

    @Override
    public boolean streams() {
        return false;
    }
}
