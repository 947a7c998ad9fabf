package ai.costauditor.gateway.stub;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the stub was told to do wrong, by the header {@code x-stub} ({@code delay=200ms, omit-usage, cut=3}) or, for who can
 * set only a model, by a word in its name.
 *
 * @param delay before the answer
 * @param pause after each event of a stream
 * @param status instead of an answer; 200 for an answer
 * @param retryAfter what a 429 says
 * @param cutAfter events of a stream before the connection breaks; -1 for never
 */
record Misbehaviour(
        Duration delay,
        Duration pause,
        int status,
        Duration retryAfter,
        int cutAfter,
        boolean omitUsage,
        boolean zeroUsage,
        boolean oddChunks,
        boolean errorInStream,
        boolean noDone) {

    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Set<String> WISHES = new TreeSet<>(Set.of(
            "delay",
            "pause",
            "timeout",
            "status",
            "retry-after",
            "cut",
            "omit-usage",
            "usage",
            "chunk",
            "error-in-stream",
            "no-done"));

    private static final Map<String, String> BY_MODEL = Map.ofEntries(
            Map.entry("stub-slow", "delay=2s"),
            Map.entry("stub-trickle", "pause=250ms"),
            Map.entry("stub-timeout", "timeout"),
            Map.entry("stub-429", "status=429"),
            Map.entry("stub-500", "status=500"),
            Map.entry("stub-529", "status=529"),
            Map.entry("stub-cut", "cut=3"),
            Map.entry("stub-no-usage", "omit-usage"),
            Map.entry("stub-zero-usage", "usage=zero"),
            Map.entry("stub-odd", "chunk=odd"),
            Map.entry("stub-error-in-stream", "error-in-stream"),
            Map.entry("stub-no-done", "no-done"));

    /** @throws IllegalArgumentException for a wish that the stub does not know */
    static Misbehaviour of(@Nullable String header, String model) {
        Map<String, String> wishes = new TreeMap<>();
        read(BY_MODEL.getOrDefault(model, ""), wishes);
        read(header == null ? "" : header, wishes);
        wishes.keySet().stream()
                .filter(wish -> !WISHES.contains(wish))
                .findFirst()
                .ifPresent(wish -> {
                    throw new IllegalArgumentException("there is no wish '" + wish + "', only " + WISHES);
                });
        return new Misbehaviour(
                wishes.containsKey("timeout") ? LONGEST : duration(wishes.get("delay")),
                duration(wishes.get("pause")),
                Integer.parseInt(wishes.getOrDefault("status", "200")),
                duration(wishes.getOrDefault("retry-after", "1")),
                Integer.parseInt(wishes.getOrDefault("cut", "-1")),
                wishes.containsKey("omit-usage"),
                "zero".equals(wishes.get("usage")),
                "odd".equals(wishes.get("chunk")),
                wishes.containsKey("error-in-stream"),
                wishes.containsKey("no-done"));
    }

    private static void read(String text, Map<String, String> wishes) {
        for (String wish : text.split("[,;]")) {
            String[] parts = wish.strip().split("=", 2);
            if (!parts[0].isEmpty()) {
                wishes.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
        }
    }

    private static Duration duration(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(text.replaceAll("\\D", ""));
        Duration asked = text.endsWith("ms")
                ? Duration.ofMillis(number)
                : text.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }
}
