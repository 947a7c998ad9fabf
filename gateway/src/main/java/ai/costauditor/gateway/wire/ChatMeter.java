package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads answers that have {@code choices}: chat completions, and completions as they were before. */
final class ChatMeter implements Meter {

    /** Cannot stand inside of a text: there, quotes have a backslash in front. */
    private static final String NO_USAGE_YET = ",\"usage\":null";

    private static final Set<String> ANSWER =
            Set.of("id", "model", "service_tier", "choices", "usage", "x_groq", "error");

    private final boolean hidesUsage;
    private final Map<String, Long> unitsOfEachCall;
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable String tier;
    private Usage usage = Usage.unknown();
    private boolean usageIsFinal;
    private final Set<Integer> begun = new HashSet<>();
    private final Set<Integer> finished = new HashSet<>();
    private long outputBytes;
    private End end = End.OPEN;

    /** @param unitsOfEachCall what is billed of every call besides, whatever its usage says */
    ChatMeter(boolean hidesUsage, Map<String, Long> unitsOfEachCall) {
        this.hidesUsage = hidesUsage;
        this.unitsOfEachCall = unitsOfEachCall;
    }

    @Override
    public void body(byte[] body) {
        take(Json.parse(body, ANSWER), "message");
        usageIsFinal = true;
    }

    @Override
    public Pass event(SseEvent event) {
        String data = event.data();
        if (data.isEmpty()) {
            return Pass.ON;
        }
        if (data.charAt(0) == '[' && "[DONE]".equals(data.strip())) {
            end = end == End.FAILED ? end : End.COMPLETE;
            return Pass.LAST;
        }
        JsonNode chunk = Json.parse(data);
        if (chunk.hasNonNull("error") || "error".equals(event.name())) {
            end = End.FAILED;
        }
        take(chunk, "delta");
        JsonNode choices = chunk.path("choices");
        boolean onlyUsage =
                choices.isArray() && choices.isEmpty() && chunk.path("usage").isObject();
        return hidesUsage && onlyUsage ? Pass.HIDE : Pass.ON;
    }

    /** The last usage counts: some providers repeat it, growing, on every chunk. */
    private void take(JsonNode root, String part) {
        String called = Json.text(root.path("id"));
        id = called == null ? id : called;
        String named = Json.text(root.path("model"));
        model = named == null ? model : named;
        String served = Json.text(root.path("service_tier"));
        tier = served == null ? tier : served;
        for (JsonNode choice : root.path("choices")) {
            outputBytes += textOf(choice.path(part)) + Json.textBytes(choice.path("text"));
            int index = choice.path("index").asInt(0);
            begun.add(index);
            if (Json.text(choice.path("finish_reason")) != null) {
                finished.add(index);
            }
        }
        JsonNode block = root.path("usage").isObject() ? root.path("usage") : root.at("/x_groq/usage");
        Usage told = Usages.openAi(block);
        if (told.status() != Usage.Status.UNKNOWN) {
            usage = Usages.with(told, SearchInChat.told(block));
            usageIsFinal = root.path("choices").isEmpty() || finished.containsAll(begun);
        }
    }

    private static long textOf(JsonNode message) {
        return Json.textBytes(message.path("content"))
                + Json.textBytes(message.path("refusal"))
                + Json.textBytes(message.path("reasoning"))
                + Json.textBytes(message.path("reasoning_content"))
                + Json.textBytes(message.path("tool_calls"));
    }

    /** Who asks for usage gets {@code "usage":null} in every other chunk; who did not ask sees none of it. */
    @Override
    public byte[] shown(SseEvent event) {
        if (!hidesUsage || !event.data().contains(NO_USAGE_YET)) {
            return event.raw();
        }
        String raw = new String(event.raw(), StandardCharsets.UTF_8);
        int at = raw.lastIndexOf(NO_USAGE_YET);
        return (raw.substring(0, at) + raw.substring(at + NO_USAGE_YET.length())).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable String storedAs() {
        return id;
    }

    @Override
    public Reading reading() {
        boolean isWhole = usageIsFinal || end == End.COMPLETE;
        Usage read = isWhole ? usage : Usages.unfinished(usage, outputBytes);
        return new Reading(model, tier, Usages.with(read, unitsOfEachCall), List.of(), outputBytes, end);
    }
}
