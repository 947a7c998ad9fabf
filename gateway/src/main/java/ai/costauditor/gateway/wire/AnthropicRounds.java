package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.Round;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How often a model was asked for one answer of Anthropic's, by {@code usage.iterations}. Each round has its own model and
 * its own place on the scale of long contexts. The figures at the top are the sum of the plain rounds; those that compact the
 * context or ask an advising model are billed and stand only here.
 */
final class AnthropicRounds {

    private static final String PLAIN = "message";
    private static final String FALLBACK = "fallback_message";

    /** The kinds of rounds that the figures at the top may be the sum of. */
    private static final List<Set<String>> AT_THE_TOP =
            List.of(Set.of(PLAIN, FALLBACK), Set.of(PLAIN), Set.of(FALLBACK));

    private AnthropicRounds() {}

    /**
     * @param asked the model that was asked for: after a fallback, rounds that name none were its own
     * @return none if the answer tells of none
     */
    static List<Round> of(JsonNode block, String asked) {
        List<JsonNode> told = block.path("iterations")
                .valueStream()
                .filter(JsonNode::isObject)
                .toList();
        if (told.isEmpty()) {
            return List.of();
        }
        Usage top = exact(block);
        List<Round> rounds = new ArrayList<>();
        if (addUp(told, top, block)) {
            boolean fellBack = told.stream().anyMatch(round -> FALLBACK.equals(type(round)));
            told.forEach(round -> rounds.add(new Round(model(round, fellBack ? asked : null), exact(round))));
            Round first = rounds.getFirst();
            rounds.set(0, new Round(first.model(), withUnits(first.usage(), top)));
        } else {
            rounds.add(new Round(null, top));
            told.stream()
                    .filter(round -> !Set.of(PLAIN, FALLBACK).contains(type(round)))
                    .forEach(round -> rounds.add(new Round(model(round, null), exact(round))));
        }
        return rounds;
    }

    private static boolean addUp(List<JsonNode> told, Usage top, JsonNode block) {
        boolean splitMissing = top.tokens(TokenKind.CACHE_WRITE_1H) > 0
                && told.stream()
                        .anyMatch(round ->
                                round.path("cache_creation_input_tokens").asLong(0) > 0
                                        && !round.path("cache_creation").isObject());
        return !splitMissing
                && (isSum(top, told, round -> true)
                        || AT_THE_TOP.stream()
                                .anyMatch(types -> isSum(top, told, round -> types.contains(type(round)))));
    }

    private static boolean isSum(Usage top, List<JsonNode> told, Predicate<JsonNode> counts) {
        Usage sum = Usages.sum(
                told.stream().filter(counts).map(AnthropicRounds::exact).toList(), null);
        return top.tokens(TokenKind.INPUT) == sum.tokens(TokenKind.INPUT)
                && top.tokens(TokenKind.INPUT_CACHED) == sum.tokens(TokenKind.INPUT_CACHED)
                && written(top) == written(sum)
                && output(top) == output(sum);
    }

    private static long written(Usage usage) {
        return usage.tokens(TokenKind.CACHE_WRITE_5M) + usage.tokens(TokenKind.CACHE_WRITE_1H);
    }

    private static long output(Usage usage) {
        return usage.tokens(TokenKind.OUTPUT) + usage.tokens(TokenKind.OUTPUT_REASONING);
    }

    private static Usage exact(JsonNode figures) {
        return Usages.anthropic(figures, Usage.Status.EXACT, null);
    }

    private static Usage withUnits(Usage usage, Usage top) {
        return new Usage(usage.status(), usage.tokens(), top.units(), null);
    }

    private static String type(JsonNode round) {
        return round.path("type").asString(PLAIN);
    }

    private static @Nullable String model(JsonNode round, @Nullable String otherwise) {
        String named = Json.text(round.path("model"));
        return named == null && PLAIN.equals(type(round)) ? otherwise : named;
    }
}
