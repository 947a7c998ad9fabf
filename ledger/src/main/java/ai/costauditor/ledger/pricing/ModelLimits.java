package ai.costauditor.ledger.pricing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How much a model can read and write, for bounds of calls that do not say. */
final class ModelLimits {

    private final JsonNode root = PriceList.read("/pricing/limits.json");

    /** The price list's number, else the limits file's, else a default that is larger than any model of today. */
    long contextWindow(String provider, String model, @Nullable Long listed) {
        JsonNode own = find(provider, model).path("context_window");
        if (!own.isMissingNode()) {
            return own.asLong();
        }
        return listed != null ? listed : root.at("/default/context_window").asLong();
    }

    long maxOutput(String provider, String model, long contextWindow) {
        JsonNode own = find(provider, model).path("max_output");
        return own.isMissingNode()
                ? Math.min(contextWindow, root.at("/default/max_output").asLong())
                : own.asLong();
    }

    private JsonNode find(String provider, String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return root.at("/providers/" + provider)
                .valueStream()
                .filter(rule -> name.startsWith(rule.get("starts_with").asString()))
                .findFirst()
                .orElse(tools.jackson.databind.node.MissingNode.getInstance());
    }
}
