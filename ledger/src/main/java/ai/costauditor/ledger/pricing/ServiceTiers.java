package ai.costauditor.ledger.pricing;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tier of an answer in our words: {@code flex}, {@code priority}, {@code fast}, {@code batch}, {@code us} …; several
 * are joined by {@code +}. Standard service has many names and is the empty list.
 */
final class ServiceTiers {

    /** {@code auto} is what a request asks for: an answer that says no more was served at the standard rate. */
    private static final Set<String> STANDARD =
            Set.of("", "default", "standard", "auto", "on_demand", "none", "global", "not_available");

    private static final String VERTEX = "on_demand_";

    private ServiceTiers() {}

    static List<String> of(@Nullable String served) {
        if (served == null) {
            return List.of();
        }
        return Stream.of(served.toLowerCase(Locale.ROOT).split("\\+"))
                .map(String::strip)
                .map(name -> name.startsWith(VERTEX) ? name.substring(VERTEX.length()) : name)
                .filter(name -> !STANDARD.contains(name))
                .toList();
    }

    /** {@code @eu-central-1}: where it was served, as far as that is known. */
    static boolean isRegion(String tier) {
        return tier.startsWith("@");
    }
}
