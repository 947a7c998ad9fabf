package ai.costauditor.gateway.stub;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What the stub says to a request, and what it "used". Usage follows a rule that a test can compute: input tokens are the
 * characters of all text that the model would read, divided by four and rounded up (a number counts as one token); output tokens are the words of the
 * answer, at most {@code max_tokens}, times the number of answers.
 *
 * @param model the dated snapshot, as providers name it
 * @param words of one answer
 * @param inputs how many texts an embedding was asked for
 */
record StubAnswer(
        String model,
        long inputTokens,
        List<String> words,
        int answers,
        boolean cutByLength,
        boolean includeUsage,
        boolean callsTool,
        String toolName,
        boolean base64,
        int inputs,
        int dimensions,
        Misbehaviour wish) {

    private static final List<String> WORDS = List.of(
            "This",
            " answer",
            " comes",
            " from",
            " the",
            " stub",
            " provider:",
            " it",
            " is",
            " made",
            " up",
            " and",
            " costs",
            " nothing.");

    private static final Map<String, String> SNAPSHOTS = Map.of(
            "gpt-4o", "gpt-4o-2024-08-06",
            "gpt-4o-mini", "gpt-4o-mini-2024-07-18",
            "gpt-4.1", "gpt-4.1-2025-04-14",
            "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14",
            "gpt-5", "gpt-5-2025-08-07",
            "gpt-5-mini", "gpt-5-mini-2025-08-07",
            "o4-mini", "o4-mini-2025-04-16",
            "claude-sonnet-4-5", "claude-sonnet-4-5-20250929",
            "claude-haiku-4-5", "claude-haiku-4-5-20251001",
            "claude-opus-4-1", "claude-opus-4-1-20250805");

    static StubAnswer to(String operation, JsonNode request, Misbehaviour wish) {
        String model = request.get("model").stringValue();
        long most = longOf(request, "max_completion_tokens", "max_tokens", "max_output_tokens");
        List<String> words = most < WORDS.size() ? WORDS.subList(0, (int) most) : WORDS;
        JsonNode tool = request.path("tools").path(0);
        JsonNode input = request.path("input");
        return new StubAnswer(
                SNAPSHOTS.getOrDefault(model, model),
                (readable(request) + 3) / 4,
                words,
                (int) Math.max(1, request.path("n").asLong(1)),
                most < WORDS.size(),
                request.at("/stream_options/include_usage").asBoolean(false) || !operation.startsWith("/chat"),
                !tool.isMissingNode()
                        && !"none".equals(request.path("tool_choice").asString(""))
                        && !isToldAResult(request),
                tool.at("/function/name").asString(tool.path("name").asString("tool")),
                "base64".equals(request.path("encoding_format").asString("")),
                input.isArray() && !input.isEmpty() && !input.get(0).isNumber() ? input.size() : 1,
                (int) request.path("dimensions").asLong(8),
                wish);
    }

    /** Who was told what a tool has found answers, or an agent would go on for ever. */
    private static boolean isToldAResult(JsonNode request) {
        JsonNode said = request.path(request.path("messages").isEmpty() ? "input" : "messages");
        JsonNode last = said.path(said.size() - 1);
        return "tool".equals(last.path("role").asString(""))
                || last.path("type").asString("").endsWith("_output")
                || Stream.concat(
                                last.path("content").valueStream(),
                                last.path("parts").valueStream())
                        .anyMatch(part -> "tool_result".equals(part.path("type").asString(""))
                                || part.has("toolResult")
                                || part.has("functionResponse"));
    }

    private static long longOf(JsonNode request, String... names) {
        for (String name : names) {
            if (request.path(name).isIntegralNumber()) {
                return request.get(name).asLong();
            }
        }
        return Long.MAX_VALUE;
    }

    private static long readable(JsonNode request) {
        long sum = 0;
        for (String field : List.of("messages", "input", "system", "instructions", "tools")) {
            sum += characters(request.path(field));
        }
        return sum;
    }

    private static long characters(JsonNode node) {
        if (node.isString()) {
            return node.stringValue().length();
        }
        if (node.isNumber()) {
            return 4; // an embedding of tokens: each number is one
        }
        long sum = 0;
        for (JsonNode child : node) {
            sum += characters(child);
        }
        return sum;
    }

    /** The same under another name of the model. */
    StubAnswer named(String other) {
        return new StubAnswer(
                other,
                inputTokens,
                words,
                answers,
                cutByLength,
                includeUsage,
                callsTool,
                toolName,
                base64,
                inputs,
                dimensions,
                wish);
    }

    String text() {
        return String.join("", words);
    }

    long outputTokens() {
        return wish.zeroUsage() ? 0 : (long) words.size() * answers;
    }

    long promptTokens() {
        return wish.zeroUsage() ? 0 : inputTokens;
    }
}
