package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.policies.PolicyDirectory.Applied;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do in the end, or all keys below a level. Policies only narrow: each level has to allow a call, of numbers
 * the least counts, of enforcements the strictest.
 */
public record EffectivePolicy(Level level, Policy own, List<Applied> above) {

    /** The level itself first, then project, team and organisation above it as far as they have policies. */
    public Stream<Applied> levels() {
        return Stream.concat(Stream.of(new Applied(level, own)), above.stream());
    }

    /** A number of some level, and the level it is from. */
    public record Least<N>(N value, Level level) {}

    /** The least that any level says; none if none says anything. */
    public <N extends Comparable<N>> @Nullable Least<N> least(Function<Policy, @Nullable N> number) {
        N mine = number.apply(own);
        Least<N> least = mine == null ? null : new Least<>(mine, level);
        for (Applied applied : above) {
            N value = number.apply(applied.policy());
            if (value != null && (least == null || value.compareTo(least.value) < 0)) {
                least = new Least<>(value, applied.level());
            }
        }
        return least;
    }

    public Policy.Enforcement enforcement() {
        return levels().map(applied -> applied.policy().enforcement())
                .reduce(Policy.Enforcement.OBSERVE, Policy.Enforcement::strictest);
    }

    public boolean clamps() {
        return levels().anyMatch(applied -> applied.policy().clamps());
    }

    /** Whether any level says that an exact repetition of a question may get the answer of the first one. */
    public boolean repeatsAnswers() {
        return levels().anyMatch(applied -> applied.policy().repeatsAnswers());
    }

    /** Whether any level allows some models only. */
    public boolean narrowsModels() {
        return levels().anyMatch(applied -> !applied.policy().allowedModels().isEmpty());
    }

    public boolean allows(String provider, String model) {
        return levels().map(Applied::policy)
                .allMatch(policy -> Wildcards.allow(policy.allowedProviders(), provider)
                        && Wildcards.allow(policy.allowedModels(), model));
    }

    /** None if nothing of the text is kept. */
    public @Nullable Previews previews() {
        if (above.isEmpty() && own.previews() == null) {
            return null;
        }
        return levels().map(applied -> applied.policy().previews())
                .filter(Objects::nonNull)
                .reduce(Previews::and)
                .filter(all -> all.length() > 0)
                .orElse(null);
    }
}
