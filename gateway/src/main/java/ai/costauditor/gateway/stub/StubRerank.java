package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reranking in Cohere's shape: documents stay in their order, and each hundred of them is a search. */
final class StubRerank extends StubMedia {

    @Override
    public String body(StubAnswer answer) {
        int documents = request.path("documents").size();
        int shown = Math.min(documents, request.path("top_n").asInt(documents));
        Map<String, Object> body = map(
                "id",
                "rerank-stub",
                "results",
                IntStream.range(0, shown)
                        .mapToObj(i -> map("index", i, "relevance_score", 1.0 / (i + 1)))
                        .toList());
        return json(with(body, "meta", meta(answer, documents)));
    }

    private static @Nullable Object meta(StubAnswer answer, int documents) {
        long searches = answer.wish().zeroUsage() ? 0 : (documents + 99) / 100;
        return answer.wish().omitUsage()
                ? null
                : map("api_version", map("version", "1"), "billed_units", map("search_units", searches));
    }
}
