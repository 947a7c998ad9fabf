package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.FAILS;
import static ai.costauditor.gateway.stub.StubJson.data;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Completions as they were before chats. */
final class StubCompletions extends StubMedia {

    @Override
    public String body(StubAnswer a) {
        Map<String, Object> body = completion(
                a,
                IntStream.range(0, a.answers())
                        .mapToObj(i -> choice(i, a.text(), finish(a)))
                        .toList());
        return json(with(body, "usage", a.wish().omitUsage() ? null : usage(a)));
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public List<String> events(StubAnswer a) {
        List<String> events = new ArrayList<>();
        for (String word : a.words()) {
            events.add(data(completion(a, List.of(choice(0, word, null)))));
        }
        if (a.wish().errorInStream()) {
            events.add("data: " + error(500, FAILS) + "\n\n");
            return events;
        }
        events.add(data(completion(a, List.of(choice(0, "", finish(a))))));
        if (request.at("/stream_options/include_usage").asBoolean(false)
                && !a.wish().omitUsage()) {
            events.add(data(with(completion(a, List.of()), "usage", usage(a))));
        }
        if (!a.wish().noDone()) {
            events.add("data: [DONE]\n\n");
        }
        return events;
    }

    private static Map<String, Object> completion(StubAnswer a, List<?> choices) {
        return map(
                "id",
                "cmpl-stub",
                "object",
                "text_completion",
                "created",
                CREATED,
                "model",
                a.model(),
                "choices",
                choices);
    }

    private static Map<String, Object> choice(int index, String text, @Nullable String finish) {
        return map("text", text, "index", index, "logprobs", null, "finish_reason", finish);
    }

    private static String finish(StubAnswer a) {
        return a.cutByLength() ? "length" : "stop";
    }

    private static Map<String, Object> usage(StubAnswer a) {
        return map(
                "prompt_tokens",
                a.promptTokens(),
                "completion_tokens",
                a.outputTokens(),
                "total_tokens",
                a.promptTokens() + a.outputTokens());
    }
}
