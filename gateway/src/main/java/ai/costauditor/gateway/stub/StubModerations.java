package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.List;

/** Moderations: nothing is ever wrong. */
final class StubModerations extends StubMedia {

    @Override
    public String usualModel() {
        return "omni-moderation-latest";
    }

    @Override
    public String body(StubAnswer answer) {
        return json(map(
                "id",
                "modr_stub",
                "model",
                answer.model(),
                "results",
                List.of(map(
                        "flagged",
                        false,
                        "categories",
                        map("harassment", false, "violence", false),
                        "category_scores",
                        map("harassment", 0.0001, "violence", 0.0001),
                        "category_applied_input_types",
                        map("harassment", List.of("text"), "violence", List.of("text"))))));
    }
}
