package ai.costauditor.ledger.pricing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How much a model can read and write, for bounds of calls that do not say. Where nothing is known, more is assumed. */
final class ModelLimits {

    private record Family(
            ModelMatch match,
            @Nullable Long contextWindow,
            @Nullable Long maxOutput) {}

    private final long unknownWindow;
    private final List<Family> families;
    private final Cache<String, Optional<Family>> found =
            Caffeine.newBuilder().maximumSize(10_000).build();

    ModelLimits() {
        JsonNode root = PriceList.read("/pricing/limits.json");
        unknownWindow = root.get("unknown_context_window").asLong();
        families = root.get("families")
                .valueStream()
                .map(node -> new Family(
                        ModelMatch.of(node.get("match")), number(node, "context_window"), number(node, "max_output")))
                .toList();
    }

    /**
     * The limits file's number, else the price list's with a margin, else a large default.
     *
     * @param listed the price list's number; it may be a rounded one (1,000,000 for 1,048,576)
     */
    long contextWindow(String model, @Nullable Long listed) {
        Long own = family(model).map(Family::contextWindow).orElse(null);
        if (own != null) {
            return own;
        }
        return listed == null ? unknownWindow : listed + listed / 20;
    }

    /** The limits file's number; else all of the window, because no model can write more than that. */
    long maxOutput(String model, long contextWindow) {
        Long own = family(model).map(Family::maxOutput).orElse(null);
        return own == null ? contextWindow : Math.min(own, contextWindow);
    }

    private Optional<Family> family(String model) {
        return found.get(model, this::search);
    }

    private Optional<Family> search(String model) {
        String name = ModelName.of(model).bare().text();
        return families.stream().filter(family -> family.match.matches(name)).findFirst();
    }

    private static @Nullable Long number(JsonNode node, String field) {
        return node.has(field) ? node.get(field).asLong() : null;
    }
}
